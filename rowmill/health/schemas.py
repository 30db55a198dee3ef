from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Health(BaseModel):
    """Whether the server answers."""

    status: Literal["ok"] = Field(examples=["ok"])
    version: str = Field(examples=["0.1.0"])


class Readiness(BaseModel):
    """Whether the server can do its work, part by part.

    Without a worker everything can be read, and files are taken; they wait for one.
    """

    status: Literal["ready"] = Field(examples=["ready"])
    version: str = Field(examples=["0.1.0"])
    database: Literal["ok"] = Field(examples=["ok"])
    store: Literal["ok"] = Field(examples=["ok"])
    worker: Literal["ok", "none"] = Field(examples=["ok"])
    workers: int = Field(description="Worker processes that are alive.", examples=[1])
