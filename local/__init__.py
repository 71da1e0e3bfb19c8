"""The embedded cloud: a real CloudFormation API on 127.0.0.1, so that the whole tree deploys without an account."""
