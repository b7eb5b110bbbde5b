package dev.aroma.io;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.net.URI;

/** What to tell a person when the hub does not give what was asked. */
final class HubErrors {
  private HubErrors() {}

  static InputException denied(HubId id, int status, boolean hasToken) {
    return new InputException(
        "the hub refused %s (HTTP %d): it is gated or private, or there is no such model"
            .formatted(id, status),
        hasToken
            ? "Accept the model's licence on its page, and check that the token may read it."
            : "Check the id. For a gated model accept its licence on its page, then set HF_TOKEN.",
        "hub-access-denied");
  }

  static InputException notFound(HubId id, String file) {
    return new InputException(
        "the hub has no %s of %s: no such model or revision, or not a transformers model"
            .formatted(file, id),
        "Check the id and the revision on the hub's site.",
        "hub-not-found");
  }

  static InputException noSafetensors(HubId id) {
    return new InputException(
        id + ": the hub has neither " + Checkpoint.SINGLE + " nor " + Checkpoint.INDEX,
        "Take a revision with safetensors (often @refs/pr/1), or convert the model with Python.",
        "hub-no-safetensors");
  }

  static InputException offline(HubId id, HubSettings settings, String lacking) {
    return new InputException(
        "%s is not in the hub cache %s (%s is missing), and HF_HUB_OFFLINE forbids to download"
            .formatted(id, settings.cache(), lacking),
        "Unset HF_HUB_OFFLINE, copy the model there, or give the path of a model directory.",
        "hub-offline");
  }

  static InputException unreachable(URI uri, IOException cause) {
    return new InputException(
        "the download from " + uri.getHost() + " failed: " + describe(cause),
        "Check the network and proxy, or give the path of a model directory. What was downloaded "
            + "is kept: run again to resume.",
        "hub-unreachable",
        cause);
  }

  private static String describe(IOException e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }

  static InputException badAnswer(URI uri, String problem) {
    return new InputException(
        uri + ": " + problem,
        "Try later, or check HF_ENDPOINT: the server does not answer as the hub does.",
        "hub-bad-answer");
  }

  static InputException wrongContent(URI uri, String problem) {
    return new InputException(
        uri + ": the download is not what the hub announced: " + problem + "; it was deleted",
        "Run again to download it anew; if it stays so, a proxy or mirror changes files.",
        "hub-checksum");
  }
}
