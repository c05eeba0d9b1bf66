"""What people write in files, a policy or a pack."""

from pydantic import BaseModel, ConfigDict


class FileData(BaseModel):
    """Base of every table of such a file: frozen, and a field that it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
