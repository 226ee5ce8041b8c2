// A media worker for tests that dies on every message.
process.on('message', () => process.kill(process.pid, 'SIGSEGV'))
