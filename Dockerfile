# The suite as an image: what the lock names, nothing else. The key and the reports come by mounts.
FROM python:3.12-slim
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.lock
COPY pyproject.toml conftest.py ./
COPY contract contract
COPY generators generators
COPY judges judges
COPY deployment deployment
COPY judges judges
COPY harness harness
COPY reports reports
COPY reference reference
COPY suites suites
ENV PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
# What may write no bytecode would have pytest compile 400 modules anew for its own asserts at each start.
ENTRYPOINT ["python", "-m", "pytest", "suites", "--assert=plain"]
