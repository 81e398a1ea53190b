"""Reddit dumps."""

COMMENT = {
    "id": "abc", "name": "t1_abc", "link_id": "t3_xyz", "parent_id": "t3_xyz", "author": "ana",
    "body": "mal", "created_utc": 1733011200, "score": -4, "subreddit": "spain",
    "permalink": "/r/spain/comments/xyz/a/abc/",
}  # fmt: skip


def test_comment_answers_a_submission_or_a_comment(items):
    """The prefix of the parent tells a comment from a reply."""
    top, reply = items("reddit", COMMENT, COMMENT | {"parent_id": "t1_zzz"})
    assert (top.row["kind"], top.row["parent_id"], top.row["root_id"]) == (
        "comment",
        "t3_xyz",
        "t3_xyz",
    )
    assert (reply.row["kind"], reply.row["parent_id"]) == ("reply", "t1_zzz")


def test_times_are_text_whatever_the_dump_writes(items):
    """Old dumps write the time as text, newer ones as a number."""
    new, old = items("reddit", COMMENT, COMMENT | {"created_utc": "1733011200"})
    assert new.row["created_at"] == old.row["created_at"] == "1733011200"


def test_deleted_words_and_authors_are_missing(items):
    """What was deleted is missing, never the word for it."""
    gone = COMMENT | {"author": "[deleted]", "body": "[removed]"}
    row = items("reddit", gone)[0].row
    assert (row["author_handle"], row["text"], row["n_likes"]) == (None, None, "-4")


def test_submission_joins_title_and_text(items):
    """The words of a submission are its title and its text."""
    post = {"id": "xyz", "title": "Recall", "selftext": "[deleted]", "num_comments": 3}
    row = items("reddit", post | {"subreddit": "spain", "created_utc": 1, "author": "a"})[0].row
    assert (row["post_id"], row["text"], row["n_replies"]) == ("t3_xyz", "Recall", "3")


def test_other_records_are_set_aside(items):
    """A line that is neither is rejected with its reason."""
    assert items("reddit", {"error": 404})[0].fate == "reject"
