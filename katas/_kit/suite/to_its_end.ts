/** Tests whose body is a task: they are green only if the body has come to its last line. */

type TaskBody = () => Generator<unknown, void, unknown>;

/**
 * Runs the body of a test as a task. For `run` a `GreenletExit` that leaves the body is a success,
 * and all that the test would have looked at afterwards is skipped: here it is a failure.
 */
export async function toItsEnd(
  run: (body: TaskBody) => Promise<unknown>,
  body: TaskBody,
): Promise<void> {
  let end = "`run` resolved too early";
  await run(function* () {
    try {
      yield* body();
      end = "";
    } catch (error) {
      end = `what was called there threw ${error}`;
      throw error;
    }
  });
  if (end) throw new Error(`This test did not come to its last line: ${end}`);
}
