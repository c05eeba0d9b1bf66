"""A task that ends although nobody has asked it to is an error, whatever ended it."""

import asyncio

import pytest

from streams.tasks import TaskLost, end_task, endless, guarded


async def cancelled_within() -> None:
    """Awaits something that somebody else has cancelled, as aiokafka's stop does."""
    other = asyncio.get_running_loop().create_future()
    other.cancel()
    await other


async def test_a_cancellation_from_within_is_an_error() -> None:
    with pytest.raises(TaskLost, match="the reader was cancelled, and not by us"):
        await guarded(cancelled_within, "the reader")


async def test_a_cancellation_from_within_does_not_pass_for_the_end_of_a_task_in_a_group() -> None:
    """A group takes a child that was cancelled for one that has ended well."""
    with pytest.raises(ExceptionGroup) as raised:
        async with asyncio.TaskGroup() as group:
            group.create_task(endless(cancelled_within, "the lookout"))
    assert isinstance(raised.value.exceptions[0], TaskLost)


async def test_endless_work_that_returns_is_an_error() -> None:
    async def returns() -> None:
        return

    with pytest.raises(TaskLost, match="the watch has ended"):
        await endless(returns, "the watch")


async def test_an_error_stays_what_it_is() -> None:
    async def fails() -> None:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await endless(fails, "the watch")


async def test_whoever_owns_a_task_may_cancel_it() -> None:
    running = asyncio.create_task(endless(asyncio.Event().wait, "the watch"))
    await asyncio.sleep(0)
    await end_task(running)
    assert running.cancelled()


async def test_a_time_limit_around_it_stays_a_time_limit() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await endless(asyncio.Event().wait, "the watch")


async def test_the_end_of_a_task_that_failed_raises_nothing() -> None:
    async def fails() -> None:
        raise OSError("gone")

    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    await end_task(task)
    assert task.done()
