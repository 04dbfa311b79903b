"""What is changed inside MiniStack, one module per change. Each has a test that fails once the change is not needed."""
