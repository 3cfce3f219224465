/**
 * A small addon that keeps the log lines of TensorFlow's library off the error output while it loads. The library prints them from static initialisers, before
 * TF_CPP_MIN_LOG_LEVEL has any effect. Without the addon everything works, and the lines appear.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { QUIET_ADDON } from '../../node/quietly.js'
import { compiler, copyWhole, nodeHeaders } from './binding.js'
import { runProgram } from './runProgram.js'

/** One function: calls its argument with the error output sent to /dev/null, and restores it, also after an exception. */
const SOURCE = `
#include <fcntl.h>
#include <node_api.h>
#include <stdio.h>
#include <unistd.h>

static napi_value Quietly(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value work, nothing, result = nullptr;
  napi_get_cb_info(env, info, &count, &work, nullptr, nullptr);
  napi_get_undefined(env, &nothing);
  fflush(stderr);
  int kept = fcntl(2, F_DUPFD_CLOEXEC, 3);
  int sink = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (kept >= 0 && sink >= 0) dup2(sink, 2);
  if (sink >= 0) close(sink);
  napi_call_function(env, nothing, work, 0, nullptr, &result);
  fflush(stderr);
  if (kept >= 0) dup2(kept, 2);
  if (kept >= 0) close(kept);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value quietly;
  napi_create_function(env, "quietly", NAPI_AUTO_LENGTH, Quietly, nullptr, &quietly);
  return quietly;
}
`

/** Copies the addon into the package; compiles it first if it is not in the cache. Returns the reason, a clause, if it was left out. */
export const layQuiet = async (cache: string, pack: string): Promise<string | undefined> => {
  const hash = createHash('sha256').update(`${SOURCE} ${process.arch}`).digest('hex').slice(0, 16)
  const kept = join(cache, 'bindings', `quiet-${hash}.node`)
  if (!existsSync(kept) && !(await compile(cache, kept))) return 'the compiler failed'
  await mkdir(dirname(join(pack, QUIET_ADDON)), { recursive: true })
  await copyWhole(kept, join(pack, QUIET_ADDON))
  return undefined
}

const compile = async (cache: string, kept: string): Promise<boolean> => {
  await mkdir(dirname(kept), { recursive: true })
  const beside = `${kept}.${randomUUID()}`
  const [source, made] = [`${beside}.cc`, `${beside}.tmp`]
  await writeFile(source, SOURCE)
  const built = await runProgram(await compiler(), ['-std=c++17', '-O2', '-fPIC', '-shared', `-I${await nodeHeaders(cache)}`, source, '-o', made])
  await rm(source, { force: true })
  if (built.status === 0) await rename(made, kept)
  else await rm(made, { force: true })
  return built.status === 0
}
