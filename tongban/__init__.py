"""Tongban (通办): places handle each other's government services (政务服务跨域通办)."""
