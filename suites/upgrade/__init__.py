"""What must outlive an upgrade, or an export and import: judged with `--geti-verify` alone."""
