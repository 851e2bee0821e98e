"""One pace and one circuit breaker for all processes of a home."""

import json
import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from daily_papers import settings as settings_module
from daily_papers.sources.http_client import FetchError, HttpClient
from daily_papers.sources.pacing import CircuitOpenError, HostGate


def _ask(home, count, turns):
    gate = HostGate(home, "example.org", 0.1, 5, 60, 600)
    for _ in range(count):
        gate.wait_for_turn()
        turns.put(time.time())


def test_processes_together_ask_no_faster_than_one(tmp_path):
    context = multiprocessing.get_context("spawn")
    turns = context.Queue()
    workers = [context.Process(target=_ask, args=(tmp_path, 4, turns)) for _ in range(3)]
    for worker in workers:
        worker.start()
    times = sorted(turns.get(timeout=60) for _ in range(12))
    for worker in workers:
        worker.join()
    assert times[-1] - times[0] >= 11 * 0.1 * 0.9  # a turn is noted a moment after it is taken


def test_a_clock_that_was_set_back_does_not_stop_the_source(tmp_path, monkeypatch):
    gate = HostGate(tmp_path, "example.org", 1.0, 5, 60, 600)
    gate.wait_for_turn()
    state = tmp_path / "locks" / "host-example.org.json"
    state.write_text(json.dumps({"last_request_at": time.time() + 3600}))
    waits = []
    monkeypatch.setattr("time.sleep", waits.append)
    gate.wait_for_turn()
    assert waits == []


def test_the_circuit_opens_after_failures_in_a_row_and_closes_after_a_success(tmp_path):
    gate = HostGate(tmp_path, "example.org", 0, 2, 60, 600)
    gate.note(has_failed=True)
    gate.check_circuit()
    gate.note(has_failed=True)
    with pytest.raises(CircuitOpenError, match=r"example.org failed 2 times in a row"):
        HostGate(tmp_path, "example.org", 0, 2, 60, 600).check_circuit()
    gate.note(has_failed=False)
    gate.check_circuit()


def test_one_request_may_try_once_the_time_is_over(tmp_path, clock):
    gate = HostGate(tmp_path, "example.org", 0, 1, 60, 600)
    gate.note(has_failed=True)
    clock.now += 61
    assert gate.check_circuit() is True
    with pytest.raises(CircuitOpenError, match="left alone for another 60 s"):
        HostGate(tmp_path, "example.org", 0, 1, 60, 600).check_circuit()
    gate.note(has_failed=False)
    assert gate.check_circuit() is False


def test_a_host_that_is_still_down_gets_one_request_of_all_threads(options, httpserver, clock):
    down = settings_module.load(
        **options.model_dump()
        | {"base_url": httpserver.url_for("").rstrip("/"), "breaker_failures": 2}
    )
    httpserver.expect_request("/x").respond_with_data("down", 503)

    def ask(client):
        try:
            return client.get("/x", {}).status
        except CircuitOpenError:
            return None

    with HttpClient(down) as client, ThreadPoolExecutor(4) as pool:
        assert [ask(client), ask(client), ask(client)] == [503, 503, None]
        for _ in range(2):
            clock.now += 901
            httpserver.clear_log()
            answers = list(pool.map(ask, [client] * 4))
            assert sorted(answers, key=str) == [503, None, None, None]
            assert len(httpserver.log) == 1


def test_a_host_that_answers_rubbish_is_up(options, httpserver, clock):
    small = settings_module.load(
        **options.model_dump()
        | {
            "base_url": httpserver.url_for("").rstrip("/"),
            "breaker_failures": 1,
            "attempts": 1,
            "max_response_bytes": 100,
        }
    )
    httpserver.expect_ordered_request("/x").respond_with_data("down", 503)
    httpserver.expect_ordered_request("/x").respond_with_data("x" * 200)
    with HttpClient(small) as client:
        assert client.get("/x", {}).status == 503
        clock.now += 901
        with pytest.raises(FetchError, match="larger than 100 bytes"):
            client.get("/x", {})
        assert HostGate(small.home, "localhost", 0, 1, 900, 600).check_circuit() is False


def test_a_pause_that_the_host_asks_for_holds_for_every_process(tmp_path, clock):
    HostGate(tmp_path, "example.org", 0, 5, 60, 600).pause(30)
    other = HostGate(tmp_path, "example.org", 0, 5, 60, 600)
    other.check_circuit()
    other.wait_for_turn()
    assert clock.waits == [30]
    other.wait_for_turn()
    assert clock.waits == [30]


def test_a_pause_longer_than_a_request_waits_is_no_time_to_ask(tmp_path, clock):
    gate = HostGate(tmp_path, "example.org", 0, 5, 60, 600)
    gate.pause(3600)
    gate.note(has_failed=False)  # of a request that was under way takes nothing back
    for refused in (gate.check_circuit, gate.wait_for_turn):
        with pytest.raises(CircuitOpenError, match="wants to be left alone for another 3600 s"):
            refused()
    clock.now += 3601
    assert gate.check_circuit() is False
    gate.wait_for_turn()
    assert clock.waits == []


def test_a_pause_without_end_lasts_a_day(tmp_path, clock):
    gate = HostGate(tmp_path, "example.org", 0, 5, 60, 600)
    gate.pause(float("inf"))
    clock.now += 86_401
    gate.check_circuit()


def test_a_clock_that_was_set_back_ends_a_pause(tmp_path, clock):
    gate = HostGate(tmp_path, "example.org", 0, 5, 60, 600)
    gate.wait_for_turn()
    gate.pause(30)
    clock.now -= 3600
    gate.wait_for_turn()
    assert clock.waits == []


def test_a_source_that_is_down_is_no_longer_asked(options, httpserver):
    down = settings_module.load(
        **options.model_dump()
        | {"base_url": httpserver.url_for("").rstrip("/"), "breaker_failures": 2, "attempts": 1}
    )
    httpserver.expect_request("/x").respond_with_data("down", 503)
    with HttpClient(down) as client:
        assert [client.get("/x", {}).status for _ in range(2)] == [503, 503]
        with pytest.raises(CircuitOpenError, match="left alone for another"):
            client.get("/x", {})
    assert len(httpserver.log) == 2
