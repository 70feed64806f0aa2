namespace LiftPlus.Models;

/// <summary>Keeps a model and the classes that it had at the beginning, until it is disposed.</summary>
/// <param name="model">Keeps the model.</param>
/// <param name="head">The classes. The caller holds the lock under which they are replaced.</param>
internal sealed class ModelUse(IDisposable model, ModelHead head) : IDisposable
{
    private readonly IDisposable _use = head.Enter();

    public ModelHead Head => head;

    public void Dispose()
    {
        _use.Dispose();
        model.Dispose();
    }
}
