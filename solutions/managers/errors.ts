/** The errors of managers. */

/** A manager was asked for what it cannot do, or has ended. Python's `EOFError` and `AssertionError`. */
export class ManagerError extends Error {
  /** `ManagerError`. */
  override name = "ManagerError";
}

/** One of the two sides does not know the key. Python's `AuthenticationError`. */
export class AuthenticationError extends Error {
  /** `AuthenticationError`. */
  override name = "AuthenticationError";
}

/**
 * A call has failed in the server with an error of a class that is not known here, or its result cannot
 * travel. Python's `RemoteError`.
 */
export class RemoteError extends Error {
  /** `RemoteError`. */
  override name = "RemoteError";
}

/** There is nothing of that name, or with that key. Python's `KeyError` and `AttributeError`. */
export class KeyError extends Error {
  /** `KeyError`. */
  override name = "KeyError";
}
