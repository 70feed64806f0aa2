namespace LiftPlus.Onnx;

/// <summary>
/// Represents a module that can be written as ONNX operators. Implement it in your own adapters (<see cref="Sites.Adapter"/>), classifiers
/// and image encoders, so that models with them can be exported. An adapter that can be folded
/// (<see cref="Sites.IMergeableAdapter"/>) needs it only at places other than linear layers.
/// </summary>
public interface IOnnxModule
{
    /// <summary>Adds the operators that compute what the module's <c>forward</c> computes outside training.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">
    /// The names of the arguments of <c>forward</c> in the graph: the input and the output of an adapter's place, the features of a
    /// classifier, the images of an encoder.
    /// </param>
    /// <returns>The name of the result in the graph.</returns>
    string Write(OnnxGraph graph, params string[] inputs);
}
