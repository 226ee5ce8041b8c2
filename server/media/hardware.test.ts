// Which hardware encoders are tried, and when one is left aside.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { candidates, hardwarePlan, HARDWARE_ENCODERS } from './hardware-plan.ts'
import { createHardware, tryEncoder } from './hardware.ts'

test('what is tried follows from the devices of the machine', () => {
  const devices: Record<string, string[]> = { '/dev': ['null', 'nvidia0'], '/dev/dri': ['card0'] }
  const on = (platform: NodeJS.Platform) => candidates(platform, (folder) => devices[folder] ?? [])
  assert.deepEqual(on('linux'), ['h264_nvenc'])
  devices['/dev/dri'] = ['card0', 'renderD128']
  devices['/dev'] = ['null', 'video11']
  assert.deepEqual(on('linux'), ['h264_qsv', 'h264_vaapi', 'h264_amf', 'h264_v4l2m2m'])
  assert.deepEqual(on('darwin'), ['h264_videotoolbox'])
  assert.deepEqual(
    candidates('linux', () => []),
    [],
  )
})

test('every encoder is held to the promised rate, without pictures out of order', () => {
  for (const encoder of HARDWARE_ENCODERS) {
    const { options } = hardwarePlan(encoder, { bitrateBps: 4_000_000 })
    assert.deepEqual([options['maxrate'], options['bufsize'], options['bf']], [4_000_000, 4_000_000, 0])
  }
})

test('three failures in ten minutes leave an encoder aside; the next one that works takes its place', () => {
  const clock = { nowMs: 0 }
  const hardware = createHardware(['h264_qsv', 'h264_vaapi'], { nowMs: () => clock.nowMs })
  const film = { width: 1920, height: 1080 }
  const fail = (): void => hardware.failed('h264_qsv', 'no')
  fail()
  fail()
  clock.nowMs = 600_001
  fail()
  assert.equal(hardware.choose(film), 'h264_qsv')
  fail()
  fail()
  assert.equal(hardware.choose(film), 'h264_vaapi')
  for (let n = 0; n < 3; n++) hardware.failed('h264_vaapi', 'neither')
  assert.equal(hardware.choose(film), null)
  assert.deepEqual(hardware.status(), [
    { encoder: 'h264_qsv', isUsed: false, fault: 'no' },
    { encoder: 'h264_vaapi', isUsed: false, fault: 'neither' },
  ])
})

test('pictures that some hardware refuses are the processor’s', () => {
  const hardware = createHardware(['h264_vaapi'], { nowMs: () => 0 })
  assert.equal(hardware.choose({ width: 640, height: 360 }), 'h264_vaapi')
  for (const [width, height] of [
    [160, 90],
    [1920, 64],
    [7680, 4320],
  ] as const)
    assert.equal(hardware.choose({ width, height }), null)
})

test('a trial encodes pictures and decodes them again; what is not here says why', async () => {
  assert.deepEqual(await tryEncoder('libx264'), { encoder: 'libx264', fault: null })
  const { fault } = await tryEncoder('h264_videotoolbox')
  if (process.platform !== 'darwin') assert.match(fault ?? '', /built without h264_videotoolbox/)
})
