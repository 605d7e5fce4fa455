select agent, teacher
from agent
where agent in
