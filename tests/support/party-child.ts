// A party server in a process of its own, to be killed: `party-child.ts <data> <port>`; says its port.
import { createPartyServer } from './socket-pair.ts'

const [dataPath = '', port = '0'] = process.argv.slice(2)
const server = await createPartyServer({ dataPath, port: Number(port) })
process.send?.({ port: server.port })
