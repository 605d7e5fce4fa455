select placement, teacher
from placement
where placement in
