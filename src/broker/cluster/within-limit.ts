/** Settles as a promise does, or is rejected with an error made for the occasion when that takes too long. */
export async function withinLimit<T>(limitMs: number, work: Promise<T>, tooLong: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tooLong()), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
