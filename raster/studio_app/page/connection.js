// Connection: the WebSocket to the server. Messages to it are JSON; those from it have a header in JSON and perhaps a picture.

export class Connection {
  constructor(token, listener, ended) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/session?token=${encodeURIComponent(token)}`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = (event) => listener(...unpacked(event.data));
    this.socket.onclose = (event) => ended(event);
  }

  send(wish) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(wish));
  }
}

function unpacked(data) {
  const length = new DataView(data).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  return [header, data.byteLength > 4 + length ? data.slice(4 + length) : null];
}
