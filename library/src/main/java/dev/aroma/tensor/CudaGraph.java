package dev.aroma.tensor;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import java.util.Map;

/**
 * Work on the GPU that was recorded once and runs again as a whole, without the cost of launching
 * each kernel: what recorded operations read must lie where it lay, and so does what they write.
 *
 * <p>Recorded work may not wait for the device: no {@link Tensor#item}, no copy from or to the
 * host. Tensors that it makes keep their memory until the graph is closed.
 */
public final class CudaGraph implements AutoCloseable {
  private static final String CLASS = "_ZN2at4cuda9CUDAGraph";
  private static final int GLOBAL = 0; // nobody else may do what would break a recording

  /**
   * What makes libtorch give cuBLAS no workspaces, of which each handle and stream else has 32 MiB.
   * In them cuBLAS clears a counter before each large product, by a launch of its own; without, it
   * takes kernels that need none. Thin products are slower without. libtorch reads these variables
   * at every product, and slowly: they are set only while work is rehearsed and recorded.
   */
  private static final Map<String, String> NO_WORKSPACES =
      Map.of("CUBLAS_WORKSPACE_CONFIG", ":0:0", "CUBLASLT_WORKSPACE_SIZE", "0");

  /** Whether the user did not choose any. */
  private static final boolean FREE =
      NO_WORKSPACES.keySet().stream().noneMatch(System.getenv()::containsKey);

  private static final int SIZE = 4096; // more than at::cuda::CUDAGraph takes

  /** {@code c10::MempoolId_t}, passed by value; zeros ask for a pool of its own. */
  @Structure.FieldOrder({"first", "second"})
  public static final class Pool extends Structure implements Structure.ByValue {
    public long first;
    public long second;
  }

  private static Cuda.Stream side; // one for all: each stream gets a workspace for good

  /**
   * A graph of next to nothing that is never closed: it holds the pool of memory that all others
   * record in. A pool of its own for each would be given back only when an operation that is not
   * being recorded finds no memory.
   */
  private static CudaGraph anchor;

  private static int recorded; // and not closed
  private static int using; // of these, with workspaces of cuBLAS

  private final Memory graph = new Memory(SIZE);
  private boolean open;
  private boolean workspaces;

  private CudaGraph() {
    graph.clear();
    method("C1Eb", graph, false);
    open = true;
  }

  /**
   * Runs work of a kind that is to be recorded, for what libraries set up when they are first
   * called.
   *
   * @param large as in {@link #record}
   */
  public static synchronized void rehearse(Runnable work, boolean large) {
    boolean without = large && withoutWorkspaces();
    try {
      work.run();
    } finally {
      if (without) {
        withWorkspaces();
      }
    }
  }

  /** Not while a graph uses them: they would be freed. */
  private static boolean withoutWorkspaces() {
    if (!FREE || using > 0) {
      return false;
    }
    NO_WORKSPACES.forEach(Engine::setEnvironment);
    return true;
  }

  /** Forgets those of no size too, or the next product on their stream would take them for more. */
  private static void withWorkspaces() {
    NO_WORKSPACES.keySet().forEach(Engine::unsetEnvironment);
    function("_ZN2at4cuda21clearCublasWorkspacesEv").invokeVoid(new Object[0]);
  }

  /**
   * Records work. It is not run: {@link #replay} does that. Graphs share the memory of what they
   * make and drop, so no two may run at the same time on different streams.
   *
   * @param work of a kind that was {@link #rehearse}d, with a little batch say: what a library sets
   *     up when it is first called cannot be recorded
   * @param large whether all of its products that take time are large in each dimension
   * @throws IllegalStateException if it did something that cannot be recorded; the device is as it
   *     was
   */
  public static synchronized CudaGraph record(Runnable work, boolean large) {
    if (anchor == null) {
      side = side == null ? Cuda.another() : side;
      anchor = record(() -> Tensor.zeros(DType.F32, Device.CUDA, 1), null);
    }
    boolean without = large && withoutWorkspaces();
    try {
      CudaGraph graph = record(work, anchor);
      graph.workspaces = !without;
      recorded++;
      using += without ? 0 : 1;
      return graph;
    } finally {
      if (without) {
        withWorkspaces();
      }
    }
  }

  /** Lets go of the memory that closed graphs recorded in, unless one is still there. */
  static synchronized void forgetPool() {
    if (recorded == 0 && anchor != null) {
      anchor.free();
      anchor = null;
    }
  }

  private static CudaGraph record(Runnable work, CudaGraph sibling) {
    Cuda.Stream usual = Cuda.current();
    Cuda.synchronize();
    Cuda.current(side);
    try {
      CudaGraph graph = new CudaGraph();
      Pool pool = sibling == null ? new Pool() : sibling.pool();
      method(
          "13capture_beginESt4pairIyyE21cudaStreamCaptureMode",
          graph.graph,
          pool.first,
          pool.second,
          GLOBAL);
      graph.fill(work, side);
      return graph;
    } finally {
      Cuda.current(usual);
      Cuda.synchronize();
    }
  }

  private Pool pool() {
    return (Pool) function(CLASS + "4poolEv").invoke(Pool.class, new Object[] {graph});
  }

  private void fill(Runnable work, Cuda.Stream side) {
    RuntimeException cause = null;
    try {
      work.run();
    } catch (RuntimeException e) {
      cause = e;
    }
    if (!Cuda.recording(side)) { // ending it in libtorch would be a C++ exception without a catcher
      Cuda.abandon(side);
      throw new IllegalStateException("this work cannot be recorded as a CUDA graph", cause);
    }
    method("11capture_endEv", graph);
    if (cause != null) {
      free();
      throw cause;
    }
  }

  /** Runs the recorded work. */
  public void replay() {
    method("6replayEv", graph);
  }

  /** Frees the graph and the memory of its tensors. */
  @Override
  public void close() {
    synchronized (CudaGraph.class) {
      recorded -= open ? 1 : 0;
      using -= open && workspaces ? 1 : 0;
      free();
    }
  }

  private void free() {
    if (open) {
      open = false;
      Cuda.synchronize(); // it may be running
      method("D1Ev", graph);
    }
  }

  private static void method(String name, Pointer graph, Object... arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = graph;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    function(CLASS + name).invokeVoid(all);
  }

  private static Function function(String name) {
    return NativeLibrary.getInstance("torch_cuda").getFunction(name);
  }
}
