/** A way to a real service that can be shut: what a client sees of a service that is away and comes back. */

/** A port on this machine that leads to a service while it is open. */
export interface Gate {
  /** `host:port` of the gate. */
  readonly address: string;
  open(): void;
  shut(): void;
  close(): void;
}

/** A shut gate to `host:port`. While it is shut, nothing listens. */
export function gateTo(target: string): Gate {
  const [hostname, port] = [
    target.slice(0, target.lastIndexOf(":")),
    Number(target.slice(target.lastIndexOf(":") + 1)),
  ];
  const own = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const reserved = own.addr.port;
  own.close();
  let listener: Deno.TcpListener | undefined;
  const open = new Set<Deno.TcpConn>();

  async function pass(client: Deno.TcpConn): Promise<void> {
    const server = await Deno.connect({ hostname, port });
    open.add(client).add(server);
    // Either side's end is the end of both; what was under way is cut, as it is when a service dies.
    const end = () => [client, server].forEach(hangUp);
    client.readable.pipeTo(server.writable).then(end, end);
    server.readable.pipeTo(client.writable).then(end, end);
  }

  function hangUp(connection: Deno.TcpConn): void {
    if (!open.delete(connection)) return;
    try {
      connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  function shut(): void {
    listener?.close();
    listener = undefined;
    for (const connection of [...open]) hangUp(connection);
  }

  return {
    address: `127.0.0.1:${reserved}`,
    open() {
      const mine = Deno.listen({ hostname: "127.0.0.1", port: reserved });
      listener = mine;
      (async () => {
        for await (const client of mine) pass(client).catch(() => client.close());
      })().catch(() => {});
    },
    shut,
    close: shut,
  };
}
