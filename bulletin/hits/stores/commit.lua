-- One batch, atomically. ARGV: the batch and the rules as MessagePack (base.py, rules.py), the prefix of all
-- keys, 16 bytes a hit (reader, network), the hits' pages as MessagePack, and every page of the batch.
-- Data that only filters hits (windows, limits) is written with replication off: it is in memory, never on disk.
local batch = cmsgpack.unpack(ARGV[1])
local rules = cmsgpack.unpack(ARGV[2])
local P = ARGV[3]
local names, read = ARGV[4], cmsgpack.unpack(ARGV[5])

-- Tables of a fixed size: buckets of four entries, each an 8-byte name and a value; the oldest entry is evicted.
local function entry(name, size, hash, width)
  local bucket = struct.unpack('>I4', hash) % size
  local start = bucket * 4 * width
  local bytes = redis.call('GETRANGE', P .. name, start, start + 4 * width - 1)
  if #bytes < 4 * width then bytes = bytes .. string.rep('\0', 4 * width - #bytes) end
  return bytes, start
end

local clock = redis.call('TIME')
local seconds = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local ticks = math.floor(seconds * 10) % 16777216  -- tenths, as in repeats.py

local function passes(hash, rate, burst)
  local bytes, start = entry('limits', rules.limits, hash, 16)
  local oldest, place, full = math.huge, 0, seconds
  for i = 0, 3 do
    local due = struct.unpack('>d', bytes, i * 16 + 9)
    if string.sub(bytes, i * 16 + 1, i * 16 + 8) == hash then
      place, full = i, math.max(due, seconds)
      break
    end
    if due < oldest then oldest, place = due, i end
  end
  if full - seconds > (burst - 1) / rate then return false end
  redis.call('SETRANGE', P .. 'limits', start + place * 16, hash .. struct.pack('>d', full + 1 / rate))
  return true
end

local function reads(hash)
  local bytes, start = entry('windows', rules.readers, hash, 12)
  local longest, place, known = -1, 0, nil
  for i = 0, 3 do
    local word = struct.unpack('>I4', bytes, i * 12 + 9)
    if string.sub(bytes, i * 12 + 1, i * 12 + 8) == hash then
      place, known = i, word
      break
    end
    local age = word == 0 and 16777216 or (ticks - math.floor(word / 256)) % 16777216
    if age > longest then longest, place = age, i end
  end
  local count, fresh = 0, true
  if known then
    count = known % 256
    local since = (ticks - math.floor(known / 256)) % 16777216
    if since > 16777216 - rules.window * 10 then return false end  -- a little earlier: the clock was set back
    fresh = since > rules.window * 10 and count < rules.a_day
  end
  if fresh then count = count + 1 end
  redis.call('SETRANGE', P .. 'windows', start + place * 12, hash .. struct.pack('>I4', ticks * 256 + count))
  return fresh
end

local COUNTED, DOUBLE, LIMITED = 1, 2, 3  -- counting.py
local function judge(page, reader, net)
  if not passes(net, rules.net_rate, rules.net_burst) then return LIMITED end
  if not reads(reader) then return DOUBLE end
  if not passes(string.sub(redis.sha1hex(page), 1, 8), rules.page_rate, rules.page_burst) then return LIMITED end
  return COUNTED
end

local before = redis.call('HGET', P .. 'batches', batch.service)
local verdicts, counted = {}, {}
local changed = {}
if not before or tonumber(string.match(before, '^%d+')) < batch.number then
  redis.set_repl(redis.REPL_NONE)
  for i, page in ipairs(read) do
    verdicts[i] = judge(page, string.sub(names, i * 16 - 15, i * 16 - 8), string.sub(names, i * 16 - 7, i * 16))
    if verdicts[i] == COUNTED then counted[page] = (counted[page] or 0) + 1 end
  end
  redis.set_repl(redis.REPL_ALL)

  redis.call('HSET', P .. 'batches', batch.service, batch.number .. ' ' .. batch.began .. ' ' .. batch.at)
  local function add(page, day, origin, n)
    redis.call('HINCRBY', P .. 'counts:' .. page, day .. ' ' .. origin, n)
    redis.call('HINCRBY', P .. 'totals', page, n)
  end
  local function add_hour(page, hour, n)
    redis.call('SADD', P .. 'hours', hour)
    redis.call('HINCRBY', P .. 'hour:' .. hour, page, n)
  end
  for page, n in pairs(counted) do
    add(page, batch.day, 'live', n)
    add_hour(page, batch.hour, n)
  end
  for _, c in ipairs(batch.add) do add(c[1], c[2], c[3], c[4]) end
  for _, c in ipairs(batch.put) do
    local old = tonumber(redis.call('HGET', P .. 'counts:' .. c[1], c[2] .. ' ' .. c[3]) or 0)
    add(c[1], c[2], c[3], c[4] - old)
  end
  for _, h in ipairs(batch.hours) do add_hour(h[1], h[2], h[3]) end
  for _, r in ipairs(batch.records) do redis.call('HSET', P .. 'records:' .. r[1], r[2], r[3]) end
  if batch.forget ~= '' then
    for _, hour in ipairs(redis.call('SMEMBERS', P .. 'hours')) do
      if hour < batch.forget then
        redis.call('SREM', P .. 'hours', hour)
        redis.call('DEL', P .. 'hour:' .. hour)
      end
    end
  end
end

local totals = {}
for i = 6, #ARGV do totals[#totals + 1] = redis.call('HGET', P .. 'totals', ARGV[i]) or 0 end
return {verdicts, totals}
