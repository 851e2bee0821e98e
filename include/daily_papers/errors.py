"""What can go wrong for a user: every error says what, where and what to do."""


class DailyPapersError(Exception):
    """A mistake or fault that one line explains; the CLI prints it without a traceback."""


class InvalidInputError(DailyPapersError):
    """An option, date or file that the user gave is not usable."""


class SourceError(DailyPapersError):
    """The source did not give a usable response; the attempt is recorded as failed."""


class DaysFailedError(DailyPapersError):
    """Some days of a range failed; names them, the others are landed."""


class CorruptFileError(DailyPapersError):
    """A stored file cannot be read; names the file and how to make it again."""


class LakeVersionError(DailyPapersError):
    """The lake was written by a newer version of this program."""


class BusyError(DailyPapersError):
    """Another process holds the lock that this one needs."""


class StorageError(DailyPapersError):
    """The disk refused a write: full, read-only or not permitted."""


class CheckFailedError(DailyPapersError):
    """A check found rows; nothing was published and the last snapshot stays."""


class QueryLimitError(DailyPapersError):
    """A query took longer, or more memory, than it may."""


class NotCompleteError(DailyPapersError):
    """A day is not complete yet, and nobody asked for it as it is."""


class DeliveryError(DailyPapersError):
    """A message was not accepted by its receiver, or nobody knows whether it was."""


class ObjectivesBrokenError(DailyPapersError):
    """What the operator promised does not hold; says which objectives and what to run."""
