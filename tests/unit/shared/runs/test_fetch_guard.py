import pytest

from shared.runs.fetch_guard import FetchRefused, is_public, may_redirect, refuse_private

HOSTS = {"shop.example", "www.news.example"}


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1",
        "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1",
        "192.0.2.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::", "2001:0:4136:e378::1",
        "2001:db8::1", "100::1", "3fff::1", "not an address", "", "127.1", "0x7f000001", "2130706433",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450::1"])
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    with pytest.raises(FetchRefused, match=r"shop\.example"):
        refuse_private("shop.example", ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(FetchRefused):
        refuse_private("shop.example", [])
    assert refuse_private("shop.example", ["8.8.8.8"]) == ["8.8.8.8"]


@pytest.mark.parametrize(
    "url",
    [
        "http://other.example/", "http://shop.example.evil.example/", "http://evilshop.example/", "ftp://shop.example/",
        "file:///etc/passwd", "gopher://shop.example/", "http://shop.example@evil.example/", "http://evil.example#@shop.example/",
        "http://user:pass@shop.example/", "http://shop.example:8080/", "http://shop.example:22/", "https://shop.example:80/",
        "http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://localhost/", "http://shop.example\\@evil.example/",
        "http://shop.example%2eevil.example/",
        "http://shop.example\t/", "http://shop.example\r\nHost: x/", " http://shop.example/",
        "//shop.example/", "shop.example",
        "javascript:alert(1)", "http://", "http://.shop.example/", "http://shop.example./", "http://ｓhop.example/",
        "http://m.shop.example/", "http://shop.example:99999/",
    ],
)  # fmt: skip
def test_addresses_outside_the_allowed_hosts_are_refused(url: str) -> None:
    assert not may_redirect(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/", "https://shop.example/a?b=c#d", "HTTP://SHOP.EXAMPLE/", "http://shop.example:80/",
        "https://shop.example:443/", "https://www.shop.example/", "https://news.example/today",
    ],
)  # fmt: skip
def test_an_allowed_host_and_its_www_form_pass(url: str) -> None:
    assert may_redirect(url, HOSTS)
