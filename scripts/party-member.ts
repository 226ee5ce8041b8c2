// The reference client: joins a party by its link or code and prints its clock and timeline once a second.
import { GUEST_COOKIE } from '../server/party/guest-ticket.ts'
import { connectPartySocket } from '../web/api/socket.ts'
import { createRoom } from '../web/party/room.ts'

const [given = '', name = 'Reference', server = 'http://localhost:8096'] = process.argv.slice(2)
const isLink = /^https?:/.test(given) && URL.canParse(given)
const code = isLink ? /^\/w\/([\w-]+)\/?$/.exec(new URL(given).pathname)?.[1] : given
if (!code || !/^[\w-]{4,32}$/.test(code) || !URL.canParse(server)) {
  console.error(
    `Usage: npm run party-member -- <link> [name]
       npm run party-member -- <code> [name] [server]
such as http://localhost:8096/w/ABCDEFGHJK, or ABCDEFGHJK Ada http://localhost:8096`,
  )
  process.exit(2)
}

const { origin } = new URL(isLink ? given : server)
const response = await fetch(`${origin}/api/parties/${code}/guests`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ name }),
}).catch((error: unknown) => {
  console.error(`${origin} cannot be reached: ${String(error)}`)
  process.exit(1)
})
if (!response.ok) {
  const problem = (await response.json()) as { title: string; detail?: string }
  console.error(problem.detail ?? problem.title)
  process.exit(1)
}
const ticket = response.headers
  .getSetCookie()
  .map((line) => line.split(';')[0] ?? '')
  .find((pair) => pair.startsWith(`${GUEST_COOKIE}=`))

const room = createRoom({
  socket: connectPartySocket({ url: origin, cookie: ticket ?? '' }),
  code,
  nowMs: () => performance.now(),
  newId: () => crypto.randomUUID(),
})
let readySeq = 0
room.view.subscribe(() => {
  const { state, phase, problem } = room.view.get()
  if (phase === 'over') {
    console.log(problem?.detail ?? problem?.title ?? 'The party is over.')
    process.exit(0)
  }
  // Nothing has to be loaded here: every frame is there at once.
  if (phase === 'joined' && state && state.seq > readySeq) {
    readySeq = state.seq
    room.ready(state.seq)
  }
})
setInterval(() => {
  const { phase, state, members } = room.view.get()
  const clock = room.clock.estimate()
  const position = room.positionSeconds()
  if (!state || !clock || position === null) return console.log(phase)
  const doing = state.playing ? `playing ×${state.rate}` : state.waiting ? 'waiting' : 'paused'
  console.log(
    `seq ${state.seq}  ${doing}  ${position.toFixed(3)} s  ${members.filter((m) => m.connected).length} here  ` +
      `clock ${clock.offsetMs.toFixed(2)} ms ± ${clock.uncertaintyMs.toFixed(2)}  round trip ${clock.roundTripMs.toFixed(2)} ms`,
  )
  room.status({
    driftMs: 0,
    bufferedSeconds: 0,
    roundTripMs: clock.roundTripMs,
    uncertaintyMs: clock.uncertaintyMs,
  })
}, 1000)
process.on('SIGINT', () => void room.leave().then(() => process.exit(0)))
