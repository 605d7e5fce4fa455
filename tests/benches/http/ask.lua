-- Follows a line with `paths`, `headers`, `requests` and `at`: see wrk.rs.
init = function()
  for index, path in ipairs(paths) do
    requests[index] = wrk.format("GET", path, headers)
  end
end

request = function()
  at = at % #requests + 1
  return requests[at]
end

done = function(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration, errors.status, failed))
end
