// A media worker for tests that dies on every message.
process.send?.({ kind: 'ready' })
process.on('message', () => process.kill(process.pid, 'SIGSEGV'))
