const exitCodesBySignal = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Calls back for every signal that asks us to end, with the exit code that stands for it and how many came so far; the
 * third one ends the process on the spot. @returns what stops listening
 */
export function onSignals(listener: (exitCode: number, count: number) => void): () => void {
  let count = 0;
  const listeners = Object.entries(exitCodesBySignal).map(([signal, exitCode]) => {
    const heard = () => {
      count++;
      if (count > 2) process.exit(exitCode);
      listener(exitCode, count);
    };
    process.on(signal, heard);
    return [signal, heard] as const;
  });
  return () => {
    for (const [signal, heard] of listeners) process.off(signal, heard);
  };
}
