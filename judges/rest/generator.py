"""Schemathesis as the source of data: strategies for each operation, and what a generated case exercises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.meta import REQUEST_SHAPE_PROBES
from schemathesis.transport.requests import REQUESTS_TRANSPORT

from contract.document_parts import parts, unresolved
from contract.formats import IMAGE_FORMATS
from contract.openapi import Operation, resolved
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.rest.permissive import OF_THE_CLIENT, permissive

# A format annotates (JSON Schema, 7.2.1). Without a configuration of ours one in the working directory would count.
_CONFIG: Final = SchemathesisConfig.from_dict({"checks": {"response_schema_conformance": {"validate-formats": False}}})
_ARCHIVES: Final = re.compile(r"/(datasets|projects)/uploads")


@dataclass(frozen=True, slots=True)
class GeneratedCase:
    """A Schemathesis case and, for an upload, the medium that takes its file's place."""

    case: schemathesis.Case[Any]
    medium: MediaSpec | None


@dataclass(slots=True)
class Generator:
    """The strategies of one document. ``gaps`` names each operation that cannot be generated, with the reason."""

    document: Mapping[str, Any]
    gaps: dict[str, str] = field(default_factory=dict)
    _operations: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _register_serializers(self.document)
        loaded = schemathesis.openapi.from_dict(permissive(self.document), config=_CONFIG)
        for result in loaded.get_all_operations():
            if isinstance(result, Ok):
                operation = result.ok()
                self._operations[(operation.method.upper(), operation.path)] = operation
            else:
                error = result.err()
                self.gaps[f"{(error.method or '').upper()} {error.path}"] = " ".join(str(error).split())

    def declared(self, operation: Operation) -> list[str]:
        """The names of the parameters and body fields that the document declares beside the path, sorted."""
        loaded = self._operations.get((operation.method, operation.path))
        if loaded is None:
            return []
        return sorted(_parameters(loaded) | {f"body {name}" for body in loaded.body for name in _fields(body)})

    def unread(self, operation: Operation) -> list[str]:
        """What the document declares of an operation and nothing is generated for, or no answer can be held to."""
        loaded = self._operations.get((operation.method, operation.path))
        if loaded is None:
            return []
        taken = _parameters(loaded) | {f"path {name}" for name in operation.parameters}
        taken |= {f"body {body.media_type}" for body in loaded.body}
        lost = {each for each in parts(self.document, operation) if each.lower() not in OF_THE_CLIENT} - taken
        return sorted(lost) + [f"{each}, which leads nowhere" for each in unresolved(self.document, operation)]

    def case(self, operation: Operation, values: Mapping[str, str], body: Any) -> GeneratedCase:
        """One case with a body of ours. Raises ``LookupError`` where the operation could not be loaded."""
        case = self._loaded(operation).Case(path_parameters=dict(values), body=body, media_type="application/json")
        return GeneratedCase(case, None)

    def plain(self, operation: Operation, values: Mapping[str, str]) -> GeneratedCase | None:
        """The request that carries nothing optional; None where something is required beside the path."""
        loaded = self._loaded(operation)
        required = any(part.is_required for _place, container in _containers(loaded) for part in container)
        if required or list(loaded.body):
            return None
        return GeneratedCase(loaded.Case(path_parameters=dict(values)), None)

    def strategy(
        self, operation: Operation, values: Mapping[str, str], *, negative: bool
    ) -> st.SearchStrategy[GeneratedCase] | None:
        """What to send to an operation whose path is filled with ``values``; None where there is nothing to vary.

        Raises ``LookupError`` where the operation could not be loaded.
        """
        loaded = self._loaded(operation)
        if negative and not _varies(loaded):
            return None
        mode = schemathesis.GenerationMode.NEGATIVE if negative else schemathesis.GenerationMode.POSITIVE
        cases = loaded.as_strategy(generation_mode=mode, path_parameters=dict(values), feedback=NO_FEEDBACK)
        media = st.none() if negative or not _uploads_a_medium(operation) else _media(operation)
        return st.builds(GeneratedCase, cases, media)

    def boundaries(self, operation: Operation, *, negative: bool) -> Iterator[GeneratedCase]:
        """The values at the edges of each keyword, one after the other: always the same, and without a search.

        What varies the path, the method or the media type is left out: they have cases of their own.
        """
        loaded = self._loaded(operation)
        mode = schemathesis.GenerationMode.NEGATIVE if negative else schemathesis.GenerationMode.POSITIVE
        config = loaded.schema.config.generation_for(operation=loaded, phase="coverage")
        medium = None if negative or not _uploads_a_medium(operation) else _plain_medium(operation)
        for case in loaded.schema.iter_coverage_cases(loaded, generation_modes=[mode], generation_config=config):
            phase = case.meta.phase.data if case.meta else None
            if (
                case.method == operation.method
                and getattr(phase, "parameter_location", None) is not ParameterLocation.PATH
                and getattr(phase, "scenario", None) not in REQUEST_SHAPE_PROBES
            ):
                yield GeneratedCase(case, medium)

    def _loaded(self, operation: Operation) -> Any:
        loaded = self._operations.get((operation.method, operation.path))
        if loaded is None:
            raise LookupError(self.gaps.get(f"{operation.method} {operation.path}", "it could not be loaded"))
        return loaded


def exercised(generated: GeneratedCase) -> set[str]:
    """The names of the declared parameters and body fields that a case carries."""
    case = generated.case
    carried = {f"query {name}" for name in case.query or ()} | {f"header {name}" for name in case.headers or ()}
    fields = case.body if isinstance(case.body, dict) and case.media_type is not None else {}
    body = case.operation.get_body_for_media_type(case.media_type)
    declared = _fields(body) if body is not None else ()
    return (carried & _parameters(case.operation)) | {f"body {name}" for name in fields if name in declared}


def keyword(generated: GeneratedCase) -> str | None:
    """What a case at an edge tries, in Schemathesis's words: ``value_above_maximum``; None for one of a search."""
    data = generated.case.meta.phase.data if generated.case.meta else None
    scenario = getattr(data, "scenario", None)
    return scenario.value if scenario is not None else None


def tried(generated: GeneratedCase, operation: Operation) -> str:
    """What a case tries, the same for each case that tries the same.

    ``query limit: value_above_maximum``, ``body: syntax_fuzzing``. A plain field at the top of a body is named with its
    operation, for each has a ``name`` of its own; objects, their lists, and what lies deeper are mostly shared by
    several operations: ``body annotations/shape: …``.
    """
    data = generated.case.meta.phase.data if generated.case.meta else None
    place, mutations = getattr(data, "parameter_location", None), getattr(data, "mutations", ())
    what = keyword(generated) or " and ".join(dict.fromkeys(each.operator.value for each in mutations))
    if not what or place is None:
        carried = ", ".join(sorted(exercised(generated)))
        return f"{operation.name} with {carried or 'nothing beside its path'}"
    if place is not ParameterLocation.BODY:
        return f"{place.value} {getattr(data, 'parameter', None) or operation.name}: {what}"
    fields = re.findall(r"properties/([^/]+)", getattr(data, "location", None) or "")
    fields = fields or [str(part) for each in mutations for part in each.path]
    where = f"body {'/'.join(fields)}".rstrip()
    own = len(fields) == 1 and not _is_structured(operation, fields[0])
    return f"{where} of {operation.name}: {what}" if own else f"{where}: {what}"


def _is_structured(operation: Operation, field: str) -> bool:
    """Whether a field of a body is declared as an object, or as a list."""
    content = (operation.definition.get("requestBody") or {}).get("content") or {}
    properties = ((content.get("application/json") or {}).get("schema") or {}).get("properties") or {}
    declared = properties.get(field)
    return isinstance(declared, Mapping) and ("$ref" in declared or declared.get("type") in ("object", "array"))


def _varies(loaded: Any) -> bool:
    names = {name.partition(" ")[2].lower() for name in _parameters(loaded)}
    return bool(list(loaded.body) or names - {"x-api-key"})


def _parameters(loaded: Any) -> set[str]:
    """The names of the declared parameters beside the path, as ``query limit``."""
    return {f"{place} {parameter.name}" for place, container in _containers(loaded) for parameter in container}


def _containers(loaded: Any) -> tuple[tuple[str, Any], ...]:
    return (("query", loaded.query), ("header", loaded.headers), ("cookie", loaded.cookies))


def _fields(body: Any) -> tuple[str, ...]:
    properties = body.form_properties if "multipart" in body.media_type else None
    schema = body.raw_schema
    return tuple(properties or (schema.get("properties") if isinstance(schema, dict) else None) or ())


def _uploads_a_medium(operation: Operation) -> bool:
    content = (operation.definition.get("requestBody") or {}).get("content") or {}
    return "multipart/form-data" in content and not _ARCHIVES.search(operation.path)


def _media(operation: Operation) -> st.SearchStrategy[MediaSpec]:
    """Real media at legal sizes, small: the limits have probes of their own."""
    sides, seeds = st.integers(32, 128), st.integers(0, 255)
    if operation.path.endswith("/videos"):
        return st.builds(VideoSpec, sides, sides, st.integers(2, 8), st.just(2), seed=seeds)
    modes = sorted((extension, mode) for extension, record in IMAGE_FORMATS.items() for mode in record.modes)
    return st.builds(
        lambda width, height, kind, seed: ImageSpec(width, height, kind[0], kind[1], seed=seed),
        sides,
        sides,
        st.sampled_from(modes),
        seeds,
    )


def _plain_medium(operation: Operation) -> MediaSpec:
    return VideoSpec(64, 48, 4, 2) if operation.path.endswith("/videos") else ImageSpec(64, 48)


def _register_serializers(document: Mapping[str, Any]) -> None:
    """Raw bytes for each media type of a request body that Schemathesis has no serializer for (tus, archives)."""
    for item in document["paths"].values():
        for operation in item.values() if isinstance(item, Mapping) else ():
            body = resolved(document, operation.get("requestBody")) if isinstance(operation, Mapping) else None
            for media_type in (body or {}).get("content") or {}:
                if re.fullmatch(r"[\w.+-]+/[\w.+-]+", media_type) and not _known(media_type):
                    schemathesis.serializer(media_type)(_raw)


def _known(media_type: str) -> bool:
    return REQUESTS_TRANSPORT.get_first_matching_media_type(media_type) is not None


def _raw(_context: Any, value: Any) -> Any:
    data = getattr(value, "data", value)
    return data if isinstance(data, bytes) else str(data).encode()
