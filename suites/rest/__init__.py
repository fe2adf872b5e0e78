"""The REST contract, judged from the deployment's OpenAPI document: what it says, who may call, what comes back."""
