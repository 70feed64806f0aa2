using LiftPlus.Inference;

namespace LiftPlus.Serving;

/// <summary>A loaded model and the requests that use it. Freed when it is retired and the last of them is done.</summary>
internal sealed class ModelGeneration(FineTunedModel model, Action freed)
{
    private int _users = 1; // the one that serves it

    public FineTunedModel Model => model;

    /// <summary>Makes images ready for this model.</summary>
    public ImagePreparer Preparer { get; } = model.CreatePreparer();

    /// <summary>Takes part in using it; false when it is freed already.</summary>
    public bool TryAddUser()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
                return true;
            users = seen;
        }

        return false;
    }

    public void RemoveUser()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        model.Dispose();
        freed();
    }
}
