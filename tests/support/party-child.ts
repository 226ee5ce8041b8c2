// A party server in a process of its own, to be killed: `party-child.ts '{"dataPath":…,"port":…}'`; says its port.
import { type PartyServerOptions, createPartyServer } from './socket-pair.ts'

const server = await createPartyServer(JSON.parse(process.argv[2] ?? '{}') as PartyServerOptions)
process.send?.({ port: server.port })
