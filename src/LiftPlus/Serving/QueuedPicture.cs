namespace LiftPlus.Serving;

/// <summary>A prepared picture on its way to the model, and its answer. Whoever takes it from the queue disposes it.</summary>
internal sealed class QueuedPicture : IDisposable
{
    private readonly TaskCompletionSource<Prediction> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _cancellation;
    private readonly Action _done;

    /// <param name="picture">The numbers; owned.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="generation">The model that they are for; a use of it is handed over.</param>
    /// <param name="done">Called once, when the picture has left the queue and the model.</param>
    /// <param name="cancellationToken">Ends the waiting at once; the picture is dropped when its turn comes.</param>
    public QueuedPicture(
        PreparedPicture picture,
        PredictionOptions options,
        ModelGeneration generation,
        Action done,
        CancellationToken cancellationToken
    )
    {
        (Picture, Options, Generation, _done) = (picture, options, generation, done);
        _cancellation = cancellationToken.UnsafeRegister(
            static (state, token) => ((QueuedPicture)state!)._answer.TrySetCanceled(token),
            this
        );
    }

    public PreparedPicture Picture { get; }

    public PredictionOptions Options { get; }

    public ModelGeneration Generation { get; }

    public Task<Prediction> Answer => _answer.Task;

    /// <summary>Whether nobody waits for the answer any more.</summary>
    public bool IsAbandoned => _answer.Task.IsCompleted;

    public void Complete(Prediction prediction) => _answer.TrySetResult(prediction);

    public void Fail(Exception exception) => _answer.TrySetException(exception);

    public void Dispose()
    {
        _cancellation.Dispose();
        Picture.Dispose();
        Generation.RemoveUser();
        _done();
    }
}
