package weir.exchange;

import java.util.List;

/**
 * What one listener does with requests, as of one reading of the configuration. Immutable: a reload puts another one in its
 * place, and exchanges that run keep theirs.
 *
 * @param router finds the route
 * @param observers are told of every end, also of what never became a request
 */
public record Service(Router router, List<Observer> observers) {
    public Service {
        observers = List.copyOf(observers);
    }
}
