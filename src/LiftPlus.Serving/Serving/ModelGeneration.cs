using LiftPlus.Inference;

namespace LiftPlus.Serving;

/// <summary>
/// Represents a loaded model and counts the requests that use it. The model is freed when it is retired and the last request is done.
/// </summary>
internal sealed class ModelGeneration(ImageClassifierBase model, Action freed)
{
    private int _users = 1; // the one that serves it

    public ImageClassifierBase Model => model;

    /// <summary>Gets the preparer of images for this model.</summary>
    public ImagePreparer Preparer { get; } = model.CreatePreparer();

    /// <summary>Gets what is done with an image that cannot be read.</summary>
    public UnreadablePolicy Unreadable { get; } = model.Unreadable;

    /// <summary>Adds a user; returns false when the model is already freed.</summary>
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
