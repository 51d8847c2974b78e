"""kill -9 of an upload at six moments, then again (kill.py does twenty and more by hand)."""
# timeout: 180
# cores: 1
import kill

kill.main(6)
