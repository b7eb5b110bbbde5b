package dev.aroma.tensor;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.Graph;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.JitNode;
import org.bytedeco.pytorch.ListType;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Symbol;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.Value;
import org.bytedeco.pytorch.ValueVector;

/**
 * Writes a {@link Program}: its methods compute nothing but note what is to be computed, with the
 * meaning that {@link Tensor} and {@link Ops} give them. To be used within one {@link Scope}.
 */
public final class Draft {
  /** A tensor that the program will compute. */
  public static final class Node {
    private final Value value;

    private Node(Value value) {
      this.value = value;
    }
  }

  private final Graph graph = new Graph();
  private final GenericList constants = new GenericList(tensors().containedType(0));
  private final JitNode eachConstant; // of the last input, a list of them
  private final Node[] inputs;

  /**
   * Begins a program.
   *
   * @param inputs how many tensors it is given
   */
  public Draft(int inputs) {
    this.inputs = new Node[inputs];
    Arrays.setAll(this.inputs, i -> new Node(graph.addInput()));
    this.eachConstant = unpack(listOfTensors(graph.addInput()), 0);
  }

  private static ListType tensors() {
    Engine.load();
    return ListType.ofTensors();
  }

  private static Value listOfTensors(Value value) {
    return value.setType(ListType.get("List", tensors().containedType(0)));
  }

  /** An input by its number, from 0. */
  public Node input(int index) {
    return inputs[index];
  }

  /** The same tensor in every run; the program shares its memory and keeps it alive. */
  public Node constant(Tensor tensor) {
    constants.push_back(new IValue(tensor.raw));
    return new Node(eachConstant.addOutput());
  }

  /** Ends the program. */
  public Program program(Node result) {
    graph.registerOutput(result.value);
    CompilationUnit owner = new CompilationUnit();
    return new Program(
        owner,
        owner.create_function(new QualifiedName("program"), graph, false),
        constants,
        inputs.length);
  }

  /** An operation by name with every argument of its schema. */
  Node call(String name, Object... arguments) {
    return new Node(append(name, arguments));
  }

  private Value append(String name, Object... arguments) {
    Value[] values = Arrays.stream(arguments).map(this::value).toArray(Value[]::new);
    JitNode node = graph.create(Symbol.fromQualString(name), new ValueVector(values), 1);
    return graph.insertNode(node).outputs().get(0);
  }

  private JitNode unpack(Value list, long parts) {
    return graph.insertNode(
        graph.create(Symbol.fromQualString("prim::ListUnpack"), new ValueVector(list), parts));
  }

  private Value value(Object argument) {
    if (argument instanceof Node node) {
      return node.value;
    }
    if (argument instanceof Value value) {
      return value;
    }
    return graph.insertConstant(
        argument instanceof long[] numbers ? list(numbers) : Operator.value(argument));
  }

  private static Type.TypePtr wholeNumbers() {
    return ListType.ofInts().containedType(0);
  }

  private static IValue list(long[] numbers) {
    GenericList list = new GenericList(wholeNumbers());
    for (long number : numbers) {
      list.push_back(new IValue(number));
    }
    return new IValue(list);
  }

  /** Rows of a table (rows, width) by int64 (…): (…, width). */
  public Node embedding(Node table, Node ids) {
    return call("aten::embedding", table, ids, -1, false, false);
  }

  /** x + y, broadcast. */
  public Node add(Node x, Node y) {
    return call("aten::add", x, y, 1);
  }

  /** x + y in x's memory, of x's shape: x must be a result that nothing else reads. */
  Node addInto(Node x, Node y) {
    return call("aten::add_", x, y, 1);
  }

  /** x + value; whole numbers stay whole. */
  public Node add(Node x, long value) {
    return call("aten::add", x, value, 1);
  }

  /** x · y, broadcast. */
  public Node mul(Node x, Node y) {
    return call("aten::mul", x, y);
  }

  /** x · value. */
  public Node mul(Node x, double value) {
    return call("aten::mul", x, value);
  }

  /** No element less than a value. */
  public Node atLeast(Node x, long value) {
    return call("aten::clamp_min", x, value);
  }

  /** Hyperbolic tangents. */
  public Node tanh(Node x) {
    return call("aten::tanh", x);
  }

  /** In another element type. */
  public Node to(Node x, DType dtype) {
    return call("aten::to", x, (long) Native.scalarType(dtype).value, false, false, null);
  }

  /** Running sums along a dimension. */
  public Node cumulativeSum(Node x, int dimension) {
    return call("aten::cumsum", x, dimension, null);
  }

  /** 1 where an element of int64 differs from the value, else 0. */
  public Node differs(Node x, long value) {
    return to(call("aten::ne", x, value), DType.I64);
  }

  /** The numbers of a vector's elements that are not 0, int64 (count). */
  public Node nonZero(Node x) {
    return call("aten::flatten", call("aten::nonzero", x), 0, 1);
  }

  /** One index of a dimension; the dimension goes away. */
  public Node select(Node x, int dimension, long index) {
    return call("aten::select", x, dimension, index);
  }

  /** Rows of the first dimension by int64 (count). */
  public Node rows(Node x, Node indices) {
    return call("aten::index_select", x, 0, indices);
  }

  /** The first n rows of the first dimension, n a whole number: a view. */
  public Node firstRows(Node x, Node n) {
    return call("aten::slice", x, 0, 0, n, 1);
  }

  /** Rows 0, n, 2n, … of the first dimension, n a whole number. */
  public Node everyNthRow(Node x, Node n) {
    return call("aten::contiguous", call("aten::slice", x, 0, null, null, n), 0);
  }

  /** Size of a dimension, a whole number. */
  public Node size(Node x, int dimension) {
    return new Node(wholeNumber("aten::size", x, dimension));
  }

  /**
   * A vector of many elements filled up with zeros to a multiple; one of fewer than {@code many} as
   * it is.
   */
  public Node filledUp(Node x, long multiple, long many) {
    Node size = size(x, 0);
    Value missing = wholeNumber("aten::remainder", wholeNumber("aten::neg", size), multiple);
    Value whether =
        wholeNumber("prim::min", wholeNumber("aten::floordiv", size, many), 1); // 0 if few
    Value end = wholeNumber("aten::mul", missing, whether);
    return call("aten::constant_pad_nd", x, wholeNumberList(value(0), end), 0);
  }

  private Value wholeNumber(String name, Object... arguments) {
    return append(name, arguments).setType(wholeNumbers());
  }

  private Value wholeNumberList(Value... values) {
    JitNode list = graph.insertNode(graph.createList(wholeNumbers(), new ValueVector(values)));
    return list.outputs().get(0);
  }

  /** A whole number. */
  public Node whole(long value) {
    return new Node(value(value));
  }

  /** A dimension of size one, put in. */
  public Node unsqueeze(Node x, int dimension) {
    return call("aten::unsqueeze", x, dimension);
  }

  /** Neighbouring dimensions made one. */
  public Node flatten(Node x, int first, int last) {
    return call("aten::flatten", x, first, last);
  }

  /** The elements of x in the shape of another. */
  public Node viewAs(Node x, Node other) {
    return call("aten::view_as", x, other);
  }

  /** Layer normalisation over the last dimension. */
  public Node layerNorm(Node x, Tensor weight, Tensor bias, double epsilon) {
    long[] width = {weight.size(0)};
    return call("aten::layer_norm", x, width, constant(weight), constant(bias), epsilon, true);
  }

  /**
   * Parts that lie side by side, cut into heads.
   *
   * @param x of (batch · length) rows, each (parts · heads · width)
   * @param length the length, a whole number
   * @return as many views, (batch, heads, length, width) each
   */
  public List<Node> heads(Node x, Node length, int parts, int heads, int width) {
    Value shape =
        wholeNumberList(value(-1), length.value, value(parts), value(heads), value(width));
    Node cut = call("aten::view", x, shape);
    Node first = call("aten::permute", cut, new long[] {2, 0, 3, 1, 4});
    Value all = listOfTensors(append("aten::unbind", first, 0));
    JitNode unpacked = unpack(all, parts);
    Node[] each = new Node[parts];
    Arrays.setAll(each, i -> new Node(unpacked.outputs().get(i)));
    return List.of(each);
  }

  /**
   * softmax(q kᵀ / √width + mask) v, its heads side by side.
   *
   * @param q (batch, heads, length, width); k and v alike
   * @param mask added to the scores, broadcast to (batch, heads, length, length); or null
   * @param all heads · width
   * @return (batch · length, heads · width)
   */
  public Node attention(Node q, Node k, Node v, Node mask, int all) {
    Node seen = call("aten::scaled_dot_product_attention", q, k, v, mask, 0.0, false, null, false);
    return call("aten::reshape", call("aten::transpose", seen, 1, 2), new long[] {-1, all});
  }
}
