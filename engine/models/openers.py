"""From the options to loaded models with their runners: what `engine/loading.py` calls by name."""

from dataclasses import dataclass, field, replace
from functools import partial

import torch
from transformers.utils.logging import disable_progress_bar

from engine.bundled import e5, smollm
from engine.cards import ModelCard, Role
from engine.devices import Courtesy, Place, choose_place
from engine.errors import ModelBroken
from engine.lanes import Crew, Limits
from engine.models.embedder import embedder_card, open_embedder, tokenizer_json
from engine.models.language import Wishes, open_generator
from engine.models.reranker import open_reranker, reranker_card
from engine.models.sources import ModelFolder, bundled_folder, named_folder
from engine.options import BUNDLED, Options
from engine.registry import Report
from engine.runners import EmbeddingRunner, GenerationRunner, RerankRunner
from engine.texts import EmbeddingLane, RerankLane, Staff

_RECIPES = {Role.EMBEDDER: e5.recipe, Role.GENERATOR: smollm.recipe}
# Rough tokens computed at once. On one core of a CPU 100 take about 30 ms of the bundled embedder.
_QUESTIONS_ON_CPU, _PASSAGES_ON_CPU, _PAIRS_ON_CPU = 256, 1024, 512
_ON_GPU = 16_384
_GPU_CREW = 3  # threads that embed passages: one's GPU works while the others cut and pack
_READS = "reads the weights"
_MOST_CREW = 16  # threads that embed passages; on larger machines each computes with several


@dataclass(frozen=True, slots=True)
class ModelOpeners:
    """Loads the model of each role. Raises: ModelBroken, OSError, ValueError, RuntimeError."""

    options: Options
    courtesy: Courtesy = field(default_factory=Courtesy)

    def embedder(self, report: Report) -> tuple[ModelCard, EmbeddingRunner]:
        place = self._place()
        report(0.2, "unpacks or downloads the model")
        folder = self._folder(self.options.embedder, Role.EMBEDDER)
        report(0.6, _READS)
        model = open_embedder(folder, place)
        report(0.9, "embeds a first text")
        model.embed(["warm up"])
        night = None if place.device.type == "cpu" else replace(model, courtesy=self.courtesy)
        lane = EmbeddingLane(model, tokenizer_json(folder), self._staff(place), night)
        return replace(embedder_card(folder, model), gpus=place.gpus()), lane

    def generator(self, report: Report) -> tuple[ModelCard, GenerationRunner]:
        place = self._place()
        report(0.2, "unpacks or downloads the model")
        folder = self._folder(self.options.generator, Role.GENERATOR)
        report(0.6, _READS)
        return open_generator(
            folder,
            place,
            self._wishes(place),
            lambda share: report(0.6 + 0.3 * share, _READS),
            self.courtesy,
        )

    def reranker(self, report: Report) -> tuple[ModelCard, RerankRunner]:
        place = self._place()
        report(0.2, "looks for the folder or downloads the model")
        folder = self._folder(self.options.reranker, Role.RERANKER)
        report(0.6, _READS)
        model = open_reranker(folder, place)
        card = replace(reranker_card(folder, model), gpus=place.gpus())
        return card, RerankLane(model, self._limits(place))

    def _wishes(self, place: Place) -> Wishes:
        options = self.options
        on_cpu = place.device.type == "cpu" and place.dtype is torch.bfloat16
        return Wishes(
            context=options.max_model_len,
            seats=options.max_num_seqs,
            memory_share=options.gpu_memory_utilization,
            ranks=options.tensor_parallel,
            eight_bits=options.quantization == "int8"
            or (options.quantization == "auto" and on_cpu),
            max_queue=options.max_queue,
        )

    def _place(self) -> Place:
        disable_progress_bar()  # /health tells; the log stays readable
        return choose_place(self.options.dtype, self.options.threads)

    def _folder(self, choice: str, role: Role) -> ModelFolder:
        if choice != BUNDLED:
            return named_folder(choice)
        if role not in _RECIPES:
            raise ModelBroken(f"There is no bundled {role}: name a folder or a hub id, or none.")
        return bundled_folder(_RECIPES[role](), self.options.data_dir / "models")

    def _limits(self, place: Place) -> Limits:
        size = _PAIRS_ON_CPU if place.device.type == "cpu" else _ON_GPU
        return Limits(slice_size=size, max_queue=self.options.max_queue)

    def _staff(self, place: Place) -> Staff:
        """On a CPU every core embeds passages by itself; a question takes a quarter of them."""
        queue = self.options.max_queue
        if place.device.type != "cpu":
            now, night = Crew(1, place.work_apart), Crew(_GPU_CREW, place.work_apart)
            return Staff(now, night, _ON_GPU, 2 * _ON_GPU, queue)
        quarter = max(1, place.threads // 4)
        crew = min(place.threads, _MOST_CREW)
        return Staff(
            now=Crew(1, partial(place.work_beside, quarter)),
            background=Crew(crew, partial(place.work_unhurried, place.threads // crew)),
            now_slice=_QUESTIONS_ON_CPU,
            background_slice=_PASSAGES_ON_CPU,
            max_queue=queue,
        )
