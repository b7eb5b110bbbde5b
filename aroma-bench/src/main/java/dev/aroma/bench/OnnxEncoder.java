package dev.aroma.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.aroma.data.Batch;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** An encoder's ONNX graph in ONNX Runtime, on the CPU with all of its optimisations. */
final class OnnxEncoder implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxEncoder(Path graph, int threads) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(graph.toString(), options);
    }
  }

  /** One element of the states, read where they are: nothing is copied. */
  float run(Batch batch) throws OrtException {
    long[] shape = {batch.size(), batch.length()};
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put("input_ids", tensor(batch.inputIds(), shape));
    inputs.put("attention_mask", tensor(batch.attentionMask(), shape));
    inputs.put("token_type_ids", tensor(batch.typeIds(), shape));
    try (OrtSession.Result result = session.run(inputs)) {
      FloatBuffer states = ((OnnxTensor) result.get(0)).getFloatBuffer();
      return states.get(0);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
