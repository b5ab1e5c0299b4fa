/**
 * The one script by which machines share quotas in Redis or Valkey (from version 7). It runs as a whole or not at
 * all, by the clock of Redis alone. Everything that shares a name (an internet address, a paid account) has its keys
 * under one hash tag, so that one call sees and changes all of it:
 *
 *   KEYS[1] members   hash    peer → "<last call, ms> <number of machines it was told>"
 *   KEYS[2] news      zset    what happened, by its number; read on by each peer from where it was
 *   KEYS[3] meta      hash    number of the last news, run of Redis, holds, limits, notes, steady pace
 *   KEYS[4…] per quota  log   zset  token → ms of the start, for one window
 *                       run   zset  token → ms at which its place is free again
 *                       days  hash  "<day>:<peer>" → starts
 *
 * A peer that is silent keeps its equal part, because it may go on with that part alone, as long as Redis has its
 * connection: it listens to a channel of its own. Where that closes after a silence, or Redis itself was away, its part
 * is kept for one window more, because what it started alone is not known. Otherwise it is gone. The parts that peers
 * were told never add up to more than the whole, so a newcomer has none until all others know of it.
 *
 * ARGV[1]: a request as JSON (wire.ts). The answer is JSON as well. A token begins with the id of its peer and a dot.
 */
import { absentMs, backMs, dayMs, keptNews, placeMs, pollMs, settleMs, stateMs } from './times';

export const paceScript = `
local time = redis.call('TIME')
local ask = cjson.decode(ARGV[1])
local me, quotas = ask.me, ask.quotas
local members, news, meta = KEYS[1], KEYS[2], KEYS[3]
local function log(i) return KEYS[1 + 3 * i] end
local function run(i) return KEYS[2 + 3 * i] end
local function days(i) return KEYS[3 + 3 * i] end
local function peerOf(token) return string.match(token, '^(.-)%.') or token end

local known = redis.call('HMGET', meta, 'run', 'born', 'last', 'shift', 'longest')
-- Time goes on where the clock of Redis was put back.
local shift = tonumber(known[4] or 0)
local now = time[1] * 1000 + math.floor(time[2] / 1000) + shift
local last = tonumber(known[3] or 0)
if now < last then
  shift = shift + last - now
  now = last
end
local born = tonumber(known[2] or 0)

if not ask.hello and (born ~= ask.born or redis.call('HEXISTS', members, me) == 0) then
  return cjson.encode({ lost = true, now = now })
end
if ask.hello then
  local server = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or ''
  if known[1] ~= server then
    -- Redis is new, or was restarted: whoever shared it before has a moment to come back.
    born = math.max(now, born + 1)
    redis.call('HSET', meta, 'run', server, 'born', born)
    local all = redis.call('HGETALL', members)
    for i = 1, #all, 2 do
      local told = string.match(all[i + 1], ' (%d+)$') or '0'
      redis.call('HSET', members, all[i], (now - ${absentMs} - 1) .. ' ' .. told)
      redis.call('HSET', meta, 'alone:' .. all[i], now)
    end
  end
  if now - born < ${backMs} then
    for id, told in pairs(ask.members) do
      if redis.call('HSETNX', members, id, (now - ${absentMs} - 1) .. ' ' .. told) == 1 then
        redis.call('HSET', meta, 'alone:' .. id, now)
      end
    end
  end
  redis.call('HSET', members, me, now .. ' ' .. ask.told)
end
redis.call('HSET', meta, 'last', now, 'shift', shift)
redis.call('HDEL', meta, 'alone:' .. me)
local longest = tonumber(known[5] or 0)
for _, q in ipairs(quotas) do
  if q.held > longest then
    longest = q.held
    redis.call('HSET', meta, 'longest', longest)
  end
end

-- Who is here, who is silent and keeps a part, and who is gone.
local all = redis.call('HGETALL', members)
local count, taken, silent, parts = 1, 0, {}, {}
local anySilent = false
for i = 1, #all, 2 do
  local id = all[i]
  if id ~= me then
    local seen, told = string.match(all[i + 1], '^(%d+) (%d+)$')
    local since = now - tonumber(seen or 0)
    told = tonumber(told or 0)
    local gone = false
    if since > ${absentMs} then
      if redis.call('PUBSUB', 'NUMSUB', ask.channel .. id)[2] == 0 then
        gone = now - tonumber(redis.call('HGET', meta, 'alone:' .. id) or 0) > longest
      else
        redis.call('HSET', meta, 'alone:' .. id, now)
      end
    end
    if gone then
      redis.call('HDEL', meta, 'alone:' .. id)
      redis.call('HDEL', members, id)
    else
      count = count + 1
      parts[id] = told
      if told > 0 then
        taken = taken + 1 / told
        if since > ${absentMs} then silent[id] = told anySilent = true end
      end
    end
  end
end
local room = 1 - taken + 1e-9
local told = 0
if room > 1e-4 then told = math.max(count, math.ceil(1 / room - 1e-6)) end
-- A smaller part counts once its peer has confirmed it; a larger one at once.
local confirmed = told
if ask.told > 0 and (told == 0 or ask.told < told) then confirmed = ask.told end
redis.call('HSET', members, me, now .. ' ' .. confirmed)
redis.call('PEXPIRE', members, ${stateMs})

local function say(...)
  local number = redis.call('HINCRBY', meta, 'news', 1)
  redis.call('ZADD', news, number, cjson.encode({ number, ... }))
  redis.call('ZREMRANGEBYRANK', news, 0, -${keptNews + 1})
end
local function names(which)
  local found = {}
  for at, i in ipairs(which) do found[at] = quotas[i].key end
  return found
end
local function pace(i) return tonumber(redis.call('HGET', meta, 'tat:' .. quotas[i].key) or 0) end
local function setPace(i, at) redis.call('HSET', meta, 'tat:' .. quotas[i].key, at) end
local function today(i, day, peer, by)
  if quotas[i].perDay > 0 then
    redis.call('HINCRBY', days(i), day .. ':' .. peer, by)
    redis.call('PEXPIRE', days(i), ${2 * dayMs})
  end
end

-- A start at a time that is not checked any more.
local function add(token, at, which)
  local new = false
  for _, i in ipairs(which) do
    local q = quotas[i]
    if at > now - q.held and redis.call('ZADD', log(i), 'NX', at, token) == 1 then
      new = true
      redis.call('PEXPIRE', log(i), q.held + ${placeMs})
      local most = at + q.tol + 2 * q.step
      setPace(i, math.min(math.max(at, pace(i)), most) + q.step)
      today(i, math.floor(at / ${dayMs}), peerOf(token), 1)
    end
  end
  if new then say('s', token, at, names(which)) end
end
local function remove(token, which)
  local was = false
  for _, i in ipairs(which) do
    local at = redis.call('ZSCORE', log(i), token)
    if at then
      was = true
      redis.call('ZREM', log(i), token)
      setPace(i, pace(i) - quotas[i].step)
      today(i, math.floor(at / ${dayMs}), peerOf(token), -1)
    end
    redis.call('ZREM', run(i), token)
  end
  if was then say('w', token, names(which)) end
end

for _, told in ipairs(ask.tell) do
  local kind = told[1]
  if kind == 'w' then remove(told[2], told[3])
  elseif kind == 's' then add(told[2], now - math.max(0, told[4]), told[3])
  elseif kind == 'e' then
    for _, i in ipairs(told[3]) do redis.call('ZREM', run(i), told[2]) end
  elseif kind == 'r' then
    for _, i in ipairs(told[3]) do redis.call('ZADD', run(i), 'XX', now + ${placeMs}, told[2]) end
  elseif kind == 'h' then
    local field, till = 'hold:' .. quotas[told[2]].key, now + told[3]
    if till > tonumber(redis.call('HGET', meta, field) or 0) then
      redis.call('HSET', meta, field, till)
      say('h', me, quotas[told[2]].key, till)
    end
  elseif kind == 'l' then
    redis.call('HSET', meta, 'limit:' .. quotas[told[2]].key, told[3])
    say('l', me, quotas[told[2]].key, told[3])
  elseif kind == 'n' then
    redis.call('HSET', meta, 'note:' .. told[2], told[3])
    say('n', me, told[2], told[3])
  elseif kind == 'd' then
    local field = math.floor(now / ${dayMs}) .. ':' .. me
    if told[3] > tonumber(redis.call('HGET', days(told[2]), field) or 0) then
      redis.call('HSET', days(told[2]), field, told[3])
      redis.call('PEXPIRE', days(told[2]), ${2 * dayMs})
    end
  end
end

local function dayOf(i)
  local sum, prefix = 0, math.floor(now / ${dayMs}) .. ':'
  local all = redis.call('HGETALL', days(i))
  for at = 1, #all, 2 do
    if string.sub(all[at], 1, #prefix) == prefix then sum = sum + tonumber(all[at + 1]) end
  end
  return sum
end

-- The earliest time of one more start; not after now: at once.
local function free(i)
  local q = quotas[i]
  local at = born + ${settleMs}
  at = math.max(at, tonumber(redis.call('HGET', meta, 'hold:' .. q.key) or 0))
  redis.call('ZREMRANGEBYSCORE', log(i), '-inf', now - q.held)
  if q.allowed > 0 then
    local used = redis.call('ZCARD', log(i))
    local own = used
    if anySilent then
      local counts = {}
      for _, token in ipairs(redis.call('ZRANGE', log(i), 0, -1)) do
        local peer = peerOf(token)
        counts[peer] = (counts[peer] or 0) + 1
      end
      for id, told in pairs(silent) do
        used = used + math.max(0, math.floor(q.allowed / told) - (counts[id] or 0))
      end
    end
    if used >= q.allowed then
      local place = math.min(used - q.allowed, own - 1)
      local oldest = place >= 0 and redis.call('ZRANGE', log(i), place, place, 'WITHSCORES')[2]
      local leaves = oldest and oldest + q.held or now + ${pollMs}
      at = math.max(at, anySilent and math.min(leaves, now + ${pollMs}) or leaves)
    end
    at = math.max(at, math.ceil(pace(i) - q.tol))
  end
  if q.spacing > 0 then
    local newest = redis.call('ZRANGE', log(i), -1, -1, 'WITHSCORES')[2]
    if newest then at = math.max(at, newest + q.spacing) end
  end
  if q.places > 0 then
    redis.call('ZREMRANGEBYSCORE', run(i), '-inf', now)
    if redis.call('ZCARD', run(i)) >= q.places then at = math.max(at, now + ${pollMs}) end
  end
  if q.perDay > 0 and dayOf(i) >= q.perDay then
    at = math.max(at, (math.floor(now / ${dayMs}) + 1) * ${dayMs})
  end
  return at
end

local answer = { now = now, born = born, machines = count, told = told, parts = parts }
if ask.want then
  local next = 0
  for _, i in ipairs(ask.want[2]) do next = math.max(next, free(i)) end
  answer.granted = next <= now
  if answer.granted then
    add(ask.want[1], now, ask.want[2])
    for _, i in ipairs(ask.want[2]) do
      if quotas[i].places > 0 then
        redis.call('ZADD', run(i), now + ${placeMs}, ask.want[1])
        redis.call('PEXPIRE', run(i), ${2 * placeMs})
      end
    end
  else answer.next = next end
end

answer.days = {}
answer.all = {}
for i, q in ipairs(quotas) do
  if q.perDay > 0 then answer.days[q.key] = dayOf(i) end
  if q.all then
    answer.all[q.key] = {
      starts = redis.call('ZRANGE', log(i), 0, -1, 'WITHSCORES'),
      hold = tonumber(redis.call('HGET', meta, 'hold:' .. q.key) or 0),
      limit = tonumber(redis.call('HGET', meta, 'limit:' .. q.key) or 0),
    }
  end
end
if ask.hello then
  answer.notes = {}
  local fields = redis.call('HGETALL', meta)
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 5) == 'note:' then answer.notes[string.sub(fields[i], 6)] = fields[i + 1] end
  end
  answer.news = {}
else
  answer.news = redis.call('ZRANGE', news, '(' .. ask.read, '+inf', 'BYSCORE')
end
answer.read = tonumber(redis.call('HGET', meta, 'news') or 0)
redis.call('PEXPIRE', meta, ${stateMs})
redis.call('PEXPIRE', news, ${stateMs})
return cjson.encode(answer)
`;
