"""What several tests need: processes, proxies, readers, a browser, a document."""
