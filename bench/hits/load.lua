-- Requests for wrk, no two alike but for “source”; those to measure with are made before the clock runs.
-- Arguments: a seed, and which.
local requests, turn, which = {}, 0, "readers"
local agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"

local function hit(page, address)
  return wrk.format("POST", "/_hits/v", { ["X-Forwarded-For"] = address, ["User-Agent"] = agent }, page)
end

local function anywhere()
  return string.format("%d.%d.%d.%d", math.random(1, 223), math.random(0, 255), math.random(0, 255), math.random(1, 254))
end

local makers = {
  readers = function() return hit("issue:" .. math.random(0, 999), anywhere()) end,  -- on one of a thousand pages
  page = function() return hit("issue:999", anywhere()) end,                         -- all on one page
  source = function() return hit("issue:999", "198.51.100.7") end,                   -- from one place, on one page
  keys = function() return hit("issue:x" .. math.random(0, 2 ^ 52), anywhere()) end, -- that nobody has
}

function init(args)
  math.randomseed(tonumber(args[1]))
  which = args[2] or which
  for n = 1, which == "readers" and 300000 or 1 do
    requests[n] = makers[which]()
  end
end

function request()
  if which == "keys" or which == "page" then return makers[which]() end
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency, more)
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99),
    summary.errors.status + summary.errors.timeout + summary.errors.connect))
end
