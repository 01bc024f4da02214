UPDATE store SET data_version = data_version + 1
