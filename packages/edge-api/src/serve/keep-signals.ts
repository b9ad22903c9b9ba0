const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs `start`, then takes away the signal handlers it installed for signals that were handled already: the tool that
 * runs the Worker ends the whole process on Ctrl-C, while a caller with a handler of its own means to close first.
 */
export async function keepSignals<Result>(start: () => Promise<Result>): Promise<Result> {
  const before = signals.map((signal) => process.listeners(signal));
  try {
    return await start();
  } finally {
    for (const [index, signal] of signals.entries()) {
      const own = before[index]!;
      if (own.length === 0) continue;
      for (const listener of process.listeners(signal)) {
        if (!own.includes(listener)) process.removeListener(signal, listener);
      }
    }
  }
}
