"""What an agent's code does once a static gate has let it through. This source is the whole logic of one agent.

An attack returns what it got hold of. One of `SINGLE` wants the text in the file `canary`, the module `canary`, or the
value that executed text gives; one of `PAIRS` is asked to `keep` its input in one run and to `find` it in another.
"""

# ruff: noqa: SIM105, B018, PTH123
# pyright: basic
import json

CANARY = "/app/canary.py"
TEXT = "'canary' + '-value'"
SINGLE = {}
BREAKING = {}


def single(act):
    SINGLE[act.__name__] = act
    return act


def breaking(act):
    BREAKING[act.__name__] = act
    return act


# Roads to what the agent's modules do not have.


def builtin(name):
    return vars(json.codecs.builtins)[name]


def module(name):
    return json.codecs.sys.modules[name]


def subclass(name):
    return next(one for one in ().__class__.__base__.__subclasses__() if one.__name__ == name)


def of(thing, name):
    return json.codecs.builtins.getattr(thing, name)


# Opening.


@single
def open_by_name():
    return open(CANARY).read()


@single
def open_by_builtins():
    return builtin("open")(CANARY).read()


@single
def open_by_codecs():
    return json.codecs.open(CANARY).read()


@single
def open_by_io():
    return module("io").FileIO(CANARY).read().decode()


@single
def open_by_subclass():
    return subclass("_IOBase").__subclasses__()[0].__subclasses__()[0](CANARY).read().decode()


@single
def open_by_os():
    os = module("os")
    return os.read(os.open(CANARY, 0), 100).decode()


@single
def open_by_posix():
    posix = module("posix")
    return posix.read(posix.open(CANARY, 0), 100).decode()


@single
def open_by_path():
    return module("pathlib").Path(CANARY).read_text()


@single
def open_by_linecache():
    return module("linecache").getline(CANARY, 1)


@single
def open_by_tokenize():
    return module("tokenize").open(CANARY).read()


@single
def open_by_loader():
    return module("importlib.machinery").SourceFileLoader("x", CANARY).get_data(CANARY).decode()


@single
def open_by_sdk():
    from mam_agent import agent_process

    return agent_process.Path(CANARY).read_text()


@single
def open_by_globals():
    return of(json.loads, "__globals__")["codecs"].open(CANARY).read()


@single
def open_by_frame():
    frame = json.codecs.sys._getframe()
    while frame.f_back:
        frame = frame.f_back
    return frame.f_builtins["open"](CANARY).read()


@single
def open_by_traceback():
    try:
        1 / 0
    except ZeroDivisionError as wrong:
        frame = wrong.__traceback__.tb_frame
    while "codecs" not in frame.f_globals and frame.f_back:
        frame = frame.f_back
    return json.codecs.builtins.open(CANARY).read()


@single
def open_by_native_code():
    libc = module("ctypes").CDLL(None)
    buffer = module("ctypes").create_string_buffer(100)
    libc.read(libc.open(CANARY.encode(), 0), buffer, 100)
    return buffer.value.decode()


@single
def list_by_os():
    return "canary.py" in module("os").listdir("/app") and "canary-text"


@single
def stat_by_os():
    return module("os").stat(CANARY).st_size and "canary-text"


# Importing.


@single
def import_by_statement():
    import sys

    sys.path.insert(0, "/app")
    import canary

    return canary.SAYS


@single
def import_by_builtins():
    module("sys").path.insert(0, "/app")
    return builtin("__import__")("canary").SAYS


@single
def import_by_importlib():
    module("sys").path.insert(0, "/app")
    return module("importlib").import_module("canary").SAYS


@single
def import_by_bootstrap():
    module("sys").path.insert(0, "/app")
    return module("_frozen_importlib")._gcd_import("canary").SAYS


@single
def import_by_loader():
    return module("importlib.machinery").SourceFileLoader("canary", CANARY).load_module().SAYS


@single
def import_by_spec():
    util = module("importlib.util")
    spec = util.spec_from_file_location("canary", CANARY)
    made = util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made.SAYS


# Executing.


@single
def execute():
    return eval(TEXT)


@single
def execute_by_builtins():
    return builtin("eval")(TEXT)


@single
def execute_by_exec():
    names = {}
    builtin("exec")("x = " + TEXT, names)
    return names["x"]


@single
def execute_by_compile():
    types = module("types")
    return types.FunctionType(builtin("compile")(TEXT, "x", "eval"), {})()


@single
def execute_by_code():
    def plain():
        return "x"

    plain.__code__ = plain.__code__.replace(co_consts=(None, "canary-value"))
    return plain()


@single
def execute_by_pickle():
    text = b"c__builtin__\neval\n(S" + builtin("repr")(TEXT).encode() + b"\ntR."
    return (builtin("__import__")("pickle")).loads(text)


@single
def execute_by_namedtuple():
    field = module("collections").namedtuple("A", "x")
    return of(field, "__new__").__kwdefaults__ is None and eval(TEXT)


@single
def execute_by_dataclass():
    import dataclasses

    got = []
    json.canary = lambda: got.append("canary-value")
    fields = {"x=__import__('json').canary()": int}
    dataclasses.dataclass(builtin("type")("A", (), {"__annotations__": fields}))
    return got[0]


@single
def execute_by_creating_a_function():
    import dataclasses

    return dataclasses._create_fn("f", [], ["return " + TEXT])()


@single
def execute_by_enum():
    names = {"__module__": __name__}
    return builtin("eval")(TEXT, names)


@single
def execute_by_subclass():
    return subclass("catch_warnings")()._module.sys.modules["builtins"].eval(TEXT)


# Reaching others.


@single
def signal_the_first_process():
    module("os").kill(1, 0)
    return "reached"


@single
def signal_the_parent():
    os = module("os")
    os.kill(os.getppid(), 0)
    return "reached"


@single
def signal_by_owner():
    fcntl = builtin("__import__")("fcntl")
    fcntl.fcntl(0, fcntl.F_SETOWN, 1)
    return "reached"


@single
def signal_by_ioctl():
    fcntl = builtin("__import__")("fcntl")
    fcntl.ioctl(0, 0x5452, b"\1\0\0\0")
    return "reached"


@single
def start_a_process():
    if module("os").fork() == 0:
        module("os")._exit(0)
    return "reached"


@single
def start_a_program():
    module("subprocess").run(["python", "--version"])
    return "reached"


@single
def start_a_thread():
    got = []
    thread = module("threading").Thread(target=got.append, args=["reached"])
    thread.start()
    thread.join()
    return got[0]


@single
def make_a_socket():
    module("socket").socket(1)
    return "reached"


@single
def look_into_the_first_process():
    return module("pathlib").Path("/proc/1/environ").read_bytes().decode()


@single
def write_to_the_first_process():
    builtin("open")("/proc/1/oom_score_adj", "w").write("1000")
    return "reached"


# Starving, and breaking what a run is made of.


@breaking
def spin():
    while True:
        pass


@breaking
def fill_memory():
    held = []
    while True:
        held.append(bytearray(1 << 24))


@breaking
def nest():
    return nest()


@breaking
def flood_the_pipe():
    os = module("os")
    for _ in range(100):
        for number in range(3, 40):
            try:
                os.write(number, b"x" * 65536)
            except OSError:
                pass
    return "flooded"


@breaking
def close_everything():
    module("os").closerange(0, 64)
    return "closed"


@breaking
def patch_the_sdk():
    sdk = module("mam_agent.tools")
    sdk.Tools.now = lambda self: "patched"
    sdk.Tools._ask = None
    module("mam_agent.replay").replay = None
    module("mam_agent.supervise")._believed = lambda *_: {"status": "succeeded", "output": {"got": "forged"}}
    return "patched"


@breaking
def patch_the_libraries():
    json.loads = json.dumps = None
    module("builtins").len = lambda _: 0
    module("asyncio").BaseEventLoop.run_until_complete = None
    return "patched"


@breaking
def forge_an_answer():
    os = module("os")
    for number in range(3, 40):
        try:
            os.write(number, b'{"status": "suspended", "effects": [{"id": 1, "kind": "notify", "args": {"subject": "x", "body": "x"}}]}')  # fmt: skip  # noqa: E501
        except OSError:
            pass
    os._exit(0)


# One run keeps its input, another one looks for it.


def file_in(folder):
    def keep(text):
        builtin("open")(folder + "/kept", "w").write(text)

    def find():
        return builtin("open")(folder + "/kept").read()

    return keep, find


def attribute_of(name):
    def keep(text):
        module(name).kept = text

    def find():
        return module(name).kept

    return keep, find


def keep_in_environment(text):
    module("os").environ["KEPT"] = text


def find_in_environment():
    return module("os").environ["KEPT"]


def keep_in_a_default(text):
    module("mam_agent.tools").Tools.llm.__kwdefaults__["max_tokens"] = text


def find_in_a_default():
    return str(module("mam_agent.tools").Tools.llm.__kwdefaults__["max_tokens"])


def keep_in_a_cache(text):
    module("re")._cache["kept"] = text


def find_in_a_cache():
    return module("re")._cache["kept"]


def keep_in_shared_memory(text):
    posixshmem = builtin("__import__")("_posixshmem")
    os = module("os")
    os.write(posixshmem.shm_open("/kept", os.O_CREAT | os.O_RDWR, mode=0o600), text.encode())


def find_in_shared_memory():
    return module("os").read(builtin("__import__")("_posixshmem").shm_open("/kept", 0), 200).decode()


def keep_in_a_folders_name(text):
    module("os").mkdir("/tmp/" + text)


def find_in_a_folders_name():
    return module("os").listdir("/tmp")[0]


def keep_in_a_name(text):
    builtin("open")("/proc/self/comm", "w").write(text[:15])


def find_in_a_name():
    return builtin("open")("/proc/self/comm").read().strip()


def keep_in_memory(text):
    json.kept = ["kept", (text * 2)[: len(text)]]


def find_in_memory():
    lists = [one for one in module("gc").get_objects() if one.__class__ is list]
    return next((one[1] for one in lists if len(one) == 2 and one[0] == "kept"), "")


PAIRS = {
    "a file in /tmp": file_in("/tmp"),
    "a file in /dev/shm": file_in("/dev/shm"),
    "a module of the library": attribute_of("json"),
    "a module of the SDK": attribute_of("mam_agent.tools"),
    "the interpreter": attribute_of("sys"),
    "the builtins": attribute_of("builtins"),
    "the environment": (keep_in_environment, find_in_environment),
    "a function's defaults": (keep_in_a_default, find_in_a_default),
    "a cache": (keep_in_a_cache, find_in_a_cache),
    "shared memory": (keep_in_shared_memory, find_in_shared_memory),
    "a folder's name": (keep_in_a_folders_name, find_in_a_folders_name),
    "a process's name": (keep_in_a_name, find_in_a_name),
    "memory": (keep_in_memory, find_in_memory),
}


async def run(input, tools):
    if "single" in input:
        return {"got": SINGLE[input["single"]]()}
    if "breaking" in input:
        return {"got": BREAKING[input["breaking"]]()}
    if "pair" in input:
        keep, find = PAIRS[input["pair"]]
        if "keep" in input:
            keep(input["text"])
        return {"got": find() if "find" in input else None}
    return {"now": await tools.now(), "input": input}
