// `mediaserver user …`: people from the terminal, also while the server runs and when nobody can sign in any more.
import { openOffline } from '../offline.ts'
import type { Config } from '../platform/config.ts'
import { Problem } from '../platform/problem.ts'
import { StartupFault } from '../platform/startup-fault.ts'
import { askPassword } from './ask.ts'

const USAGE = `Say one of these:
  mediaserver user list
  mediaserver user add <name> [viewer|admin|owner]
  mediaserver user password <name>
  mediaserver user remove <name>`

/** Fewest and most words of each form. */
const WORDS: Readonly<Record<string, readonly [number, number]>> = {
  list: [1, 1],
  add: [2, 3],
  password: [2, 2],
  remove: [2, 2],
}

export async function user(config: Config, args: readonly string[]): Promise<number> {
  const [action = '', name, role = 'viewer'] = args
  // Word for word: one too many must never make another deed of it.
  const [least, most] = WORDS[action] ?? [0, -1]
  if (args.length < least || args.length > most || !/^(viewer|admin|owner)$/.test(role))
    throw new StartupFault(USAGE)
  await using offline = await openOffline(config)
  const { accounts } = offline
  try {
    if (name === undefined) {
      for (const person of await accounts.people())
        process.stdout.write(`${person.role.padEnd(7)} ${JSON.stringify(person.name).slice(1, -1)}\n`)
    } else if (action === 'add') {
      const password = await askPassword(`Password for ${name}: `)
      if (role === 'owner') {
        if ((await accounts.claimCode()) === null)
          throw new StartupFault('There is an owner already: user list says who.')
        await accounts.ensureOwner({ name, password })
      } else await accounts.addPerson({ name, password, role: role === 'admin' ? 'admin' : 'viewer' })
      process.stdout.write(`${name} may sign in now, as ${role}.\n`)
    } else if (action === 'password') {
      await accounts.setPassword(name, await askPassword(`New password for ${name}: `))
      process.stdout.write(`${name} has a new password; every sign-in has ended.\n`)
    } else {
      const person = (await accounts.people()).find((one) => one.name.toLowerCase() === name.toLowerCase())
      if (!person) throw new StartupFault(`There is nobody called ${name}: user list says who there is.`)
      await accounts.removePerson(person.id)
      process.stdout.write(`${person.name} is removed.\n`)
    }
  } catch (error) {
    if (error instanceof Problem) throw new StartupFault(error.message, { cause: error })
    throw error
  }
  return 0
}
