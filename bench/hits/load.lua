-- Requests for wrk: every one from another reader, on one of a thousand pages, made before the clock runs.
local requests, turn = {}, 0
local agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"

function init(args)
  math.randomseed(tonumber(args[1]))
  for n = 1, 300000 do
    local address = string.format("%d.%d.%d.%d", math.random(1, 223), math.random(0, 255), math.random(0, 255), math.random(1, 254))
    local headers = { ["X-Forwarded-For"] = address, ["User-Agent"] = agent }
    requests[n] = wrk.format("POST", "/_hits/v", headers, "issue:" .. math.random(0, 999))
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency, more)
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99),
    summary.errors.status + summary.errors.timeout + summary.errors.connect))
end
