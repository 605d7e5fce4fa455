select set_config('shuangshi.scope', $1, true)
