from tests.browser.desk.test_training_pages import versions  # noqa
def test_shots(open_as, versions):
    for scheme, w in (("light",1280),("dark",1280),("light",768)):
        page = open_as("publisher", name=f"P{scheme}{w}", color_scheme=scheme, viewport={"width": w, "height": 900})
        for name in ("ready","refused","training","published"):
            page.goto(f"/training/{versions[name]}")
            if name=="ready": page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            page.screenshot(path=f"/tmp/shots/{name}-{scheme}-{w}.png", full_page=True)
        page.goto("/training"); page.screenshot(path=f"/tmp/shots/list-{scheme}-{w}.png", full_page=True)
