"""The REST contract, judged from the OpenAPI document: what it says, who may call, what comes back."""
