"""The memory of what was computed last."""

from concurrent.futures import ThreadPoolExecutor

from components.recent import Recent


def test_each_text_is_computed_once_and_the_oldest_is_forgotten():
    asked = []

    def lengths(texts):
        asked.extend(texts)
        return [len(text) for text in texts]

    recent = Recent(2)
    assert recent.rows(["a", "bb", "a"], lengths) == [1, 2, 1]
    assert recent.rows(["bb"], lengths) == [2]
    assert recent.rows(["ccc", "bb"], lengths) == [3, 2]
    assert recent.rows([], lengths) == []
    assert asked == ["a", "bb", "ccc"]
    recent.rows(["a"], lengths)
    assert asked[-1] == "a"


def test_more_texts_than_it_remembers_are_all_answered():
    texts = [str(number) for number in range(50)]
    assert Recent(3).rows(texts, lambda missing: missing) == texts


def test_many_threads_get_their_own_answers():
    recent = Recent(5)
    wanted = [[str(n), str(n + 1)] for n in range(500)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda texts: recent.rows(texts, lambda missing: [t * 2 for t in missing]), wanted))
    assert found == [[text * 2 for text in texts] for texts in wanted]
