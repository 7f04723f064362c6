"""Tags and filters of the console's templates; they are built in, no template loads them."""
